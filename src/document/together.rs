//! Files that are checked together: each knows what it extends and who else is there.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Checker, incomplete};
use crate::check::{check, check_among};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, quote};
use crate::limits::Limits;
use crate::merge::{Clash, finish, merge, translate};
use crate::persona::{Persona, Translation};
use crate::pointer::Pointer;
use crate::roster::{Facts, FileIndex, Kind, LineageFault, Roster};
use crate::source::{Source, Span};
use crate::yaml::{self, Allowance, Branch, NodeRef, Tree};

/// What reading a file among others gives: the persona, and findings that are about other files.
pub(super) type Read = (Option<Persona>, Vec<(FileIndex, Diagnostic)>);

impl Checker {
    /// A checker that knows files by each other, so that it tells of what no file shows alone: whom they extend, who has
    /// the same id, which related characters there are. A file that extends others is then read as a whole.
    ///
    /// Each file is read here once or twice, on all threads, and given to [`Checker::check`] afterwards under the same
    /// name. Of a file that no other extends, only a few dozen bytes are kept.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use personas::{Checker, Source};
    ///
    /// let files = [
    ///     Source::new("house-style.yaml", "spec: persona-fragment/v1\nstyle: [Be brief.]\n"),
    ///     Source::new("ada.yaml", "extends: [house-style]\nname: Ada\ndescription: A guide.\n"),
    /// ];
    /// let checker = Checker::default().together(&files, |file| Some(Arc::new(file.clone())));
    /// let ada = checker.check(files[1].clone()).into_persona()?;
    /// assert_eq!(ada.style, ["Be brief."]);
    /// # Ok::<(), personas::Error>(())
    /// ```
    #[must_use]
    pub fn together<T: Sync>(mut self, files: &[T], read: impl Fn(&T) -> Option<Arc<Source>> + Sync) -> Self {
        // So many files are in memory at once: enough to keep every thread busy.
        let most = rayon::current_num_threads() * 8;
        let mut roster = Roster::default();
        for batch in files.chunks(most) {
            let facts = |file| read(file).map(|source| (source.name().to_owned(), Facts::read(&source, &self.limits)));
            for facts in batch.par_iter().map(facts).collect::<Vec<_>>() {
                // What cannot be read still has its place.
                let (name, facts) = facts.unwrap_or_default();
                roster.add(&name, facts);
            }
        }
        let bases = roster.arrange();
        for file in bases {
            if let Some(source) = read(&files[file as usize]) {
                roster.keep(file, source);
            }
        }
        let joined = roster.joined();
        self.roster = Some(Arc::new(roster));
        let mut inherited: HashMap<FileIndex, Vec<Diagnostic>> = HashMap::new();
        for batch in joined.chunks(most) {
            let found = |&file: &FileIndex| Some(self.elsewhere(&read(&files[file as usize])?, file));
            for (file, found) in batch.par_iter().filter_map(found).flatten().collect::<Vec<_>>() {
                let there = inherited.entry(file).or_default();
                if there.len() < self.limits.findings && !there.iter().any(|known| is_same(known, &found)) {
                    there.push(found);
                }
            }
        }
        if let Some(roster) = self.roster.as_mut().and_then(Arc::get_mut) {
            roster.inherited = inherited;
        }
        self
    }

    /// Where a value of the persona comes from that a file is read as.
    pub(crate) fn origin(&self, source: &Arc<Source>, pointer: &Pointer) -> Option<(Arc<Source>, Span)> {
        let mut unheard = self.unheard(source);
        let tree = yaml::read(source, &self.limits, &mut unheard)?;
        let known = self.roster.as_deref().and_then(|roster| Some((roster, roster.named(source.name())?)));
        let is_joined = |(roster, file): &(&Roster, FileIndex)| {
            !roster.parents(*file).is_empty() || !roster.translations(*file).is_empty()
        };
        let Some((roster, file)) = known.filter(is_joined) else {
            return Some((Arc::clone(source), tree.locate(pointer)?.value.span()));
        };
        let lineage = roster.lineage(file, self.depth()).ok()?;
        let family = Family::new(roster, file, source, &lineage, &self.limits)?;
        let bases = family.trees(self).ok()?;
        let merged = family.merged(&tree, &bases, &self.limits, &mut Vec::new())?;
        let (file, span) = family.localized(merged.locate(pointer)?.value.span());
        Some((Arc::clone(family.source(file)), span))
    }

    /// The id of a file that this checker knows; none when another has it before.
    pub(crate) fn id(&self, source: &Source) -> Option<&str> {
        let roster = self.roster.as_deref()?;
        let file = roster.named(source.name())?;
        Some(roster.id(file)).filter(|id| roster.find(id) == Some(file))
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether a file is known as a translation of another.
    pub(super) fn is_translation(&self, source: &Source) -> bool {
        let kind = || {
            let roster = self.roster.as_deref()?;
            Some(roster.kind(roster.named(source.name())?))
        };
        kind() == Some(Kind::Translation)
    }

    /// Why a translation is no persona by itself.
    pub(super) fn translation(&self, source: &Source) -> Option<Diagnostic> {
        let message = "this file is a translation, and no persona by itself";
        let found = Diagnostic::new(Code::IncompletePersona, message, Pointer::root(), Span::EMPTY);
        self.is_translation(source).then(|| found.help("ask for the persona in this language"))
    }

    fn unheard(&self, source: &Arc<Source>) -> Diagnostics {
        Diagnostics::new(Arc::clone(source), self.limits.findings)
    }

    fn depth(&self) -> usize {
        self.limits.depth.min(Limits::MAX_DEPTH)
    }

    /// What is found in other files when this one is read.
    fn elsewhere(&self, source: &Arc<Source>, file: FileIndex) -> Vec<(FileIndex, Diagnostic)> {
        let mut unheard = self.unheard(source);
        let tree = self.tree(source, &mut unheard);
        match (tree, self.roster.as_deref()) {
            (Some(tree), Some(roster)) => self.among(&tree, source, roster, file, &mut unheard).1,
            _ => Vec::new(),
        }
    }

    /// Reads a file as one of many.
    pub(super) fn among(
        &self,
        tree: &Tree<'_>,
        source: &Arc<Source>,
        roster: &Roster,
        file: FileIndex,
        diagnostics: &mut Diagnostics,
    ) -> Read {
        if roster.kind(file) == Kind::Translation {
            check(tree, source, diagnostics);
            if !diagnostics.has_errors()
                && let Err(fault) = yaml::from_tree::<Translation>(tree)
            {
                diagnostics.push(*fault);
            }
            told_elsewhere(roster, file, source, diagnostics);
            return (None, Vec::new());
        }
        let read = self.family(tree, source, roster, file, diagnostics).unwrap_or_else(|| {
            // What can be known of it alone.
            check(tree, source, diagnostics);
            check_among(tree, source, (roster, file), diagnostics);
            self.team(tree, source, diagnostics);
            (super::typed(tree, diagnostics), Vec::new())
        });
        told_elsewhere(roster, file, source, diagnostics);
        read
    }

    /// Reads a file together with what it extends. None when it extends nothing, or, with the reason told, when that cannot
    /// be done.
    fn family(
        &self,
        tree: &Tree<'_>,
        source: &Arc<Source>,
        roster: &Roster,
        file: FileIndex,
        diagnostics: &mut Diagnostics,
    ) -> Option<Read> {
        if roster.parents(file).is_empty() && roster.translations(file).is_empty() {
            return None;
        }
        // What is no map has been told of.
        tree.root().entries()?;
        let extends = Pointer::root().key("extends");
        // A file that extends nothing may be translated.
        let place = tree.locate(&extends).or_else(|| tree.locate(&Pointer::root()))?;
        let whole = |code, message: String| Diagnostic::new(code, message, extends.clone(), place.value.span());
        let lineage = match roster.lineage(file, self.depth()) {
            Ok(lineage) => lineage,
            Err(faults) => {
                for fault in faults {
                    diagnostics.push(told(fault, place.value, roster, file));
                }
                return None;
            }
        };
        let too_large =
            || whole(Code::TooLargeExpanded, "this file and those it extends are larger than the limit".into());
        let Some(family) = Family::new(roster, file, source, &lineage, &self.limits) else {
            diagnostics.push(too_large());
            return None;
        };
        let bases = match family.trees(self) {
            Ok(trees) => trees,
            Err(faulty) => {
                let message = format!("{}, which this file extends, has errors", quote(roster.id(faulty)));
                let help = format!("mend {}", quote(roster.name(faulty)));
                diagnostics.push(whole(Code::UnusableParent, message).help(help));
                return None;
            }
        };
        let mut clashes = Vec::new();
        let Some(merged) = family.merged(tree, &bases, &self.limits, &mut clashes) else {
            diagnostics.push(too_large());
            return None;
        };
        let mut found = Diagnostics::new(Arc::clone(&family.woven), self.limits.findings);
        for clash in &clashes {
            let (over, under) = (clash.over, clash.under);
            let message = format!("{} stands here, where what this extends has {}", over.1, under.1);
            let clash = Diagnostic::new(Code::TypeClash, message, Pointer::root(), over.0);
            found.push(clash.related(under.0, format!("{} here", under.1)).help("rename one of the two keys"));
        }
        let is_fragment = incomplete(&merged).is_some();
        if let Some(key) = place.key.filter(|_| !is_fragment && !diagnostics.has_errors() && clashes.is_empty()) {
            for wanted in ["name", "description"] {
                if merged.locate(&Pointer::root().key(wanted)).is_none() {
                    let message = format!("the key {} is missing", quote(wanted));
                    let missing = Diagnostic::new(Code::MissingKey, message, Pointer::root(), key.key_span);
                    found.push(missing.help("neither this file nor those it extends have it"));
                }
            }
        }
        check(&merged, &family.woven, &mut found);
        check_among(&merged, &family.woven, (roster, file), &mut found);
        self.team(&merged, &family.woven, &mut found);
        let is_sound = !diagnostics.has_errors() && !found.has_errors() && !is_fragment;
        let persona = is_sound.then(|| yaml::from_tree(&merged).map_err(|fault| found.push(*fault)).ok()).flatten();
        let mut elsewhere = Vec::new();
        diagnostics.omit(found.omitted());
        for found in &found {
            let (at, found) = family.relocated(found, tree, &bases);
            if at == file {
                diagnostics.push(found);
            } else {
                elsewhere.push((at, found));
            }
        }
        Some((persona, elsewhere))
    }
}

/// What was found in a file when another was read.
fn told_elsewhere(roster: &Roster, file: FileIndex, source: &Source, diagnostics: &mut Diagnostics) {
    // It is of the text as it was; fixes may have changed it.
    let is_as_it_was = roster.base(file).is_some_and(|base| base.text() == source.text());
    for found in roster.inherited.get(&file).into_iter().flatten().filter(|_| is_as_it_was) {
        if !diagnostics.iter().any(|known| is_same(known, found)) {
            diagnostics.push(found.clone());
        }
    }
}

fn is_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    (one.code, one.span, &one.message) == (other.code, other.span, &other.message)
}

fn told(fault: LineageFault, extends: NodeRef<'_>, roster: &Roster, file: FileIndex) -> Diagnostic {
    let (LineageFault::Unknown(place)
    | LineageFault::Cycle(place, _)
    | LineageFault::Deep(place)
    | LineageFault::Parent(place)) = fault;
    let parents = roster.parents(file);
    let id = parents.get(place).map(AsRef::as_ref).unwrap_or_default();
    let mut items = extends.items().unwrap_or_default().iter().filter(|item| extends.with(item).text().is_some());
    let span = items.nth(place).map_or(extends.span(), |item| item.span);
    let pointer = Pointer::root().key("extends").index(place);
    let said = |code, message: String| Diagnostic::new(code, message, pointer, span);
    match fault {
        LineageFault::Unknown(_) => {
            let found = said(Code::UnknownParent, format!("no file here has the id {}", quote(id)));
            match roster.nearest(id, |_| true) {
                Some(meant) => found.help(format!("did you mean {}?", quote(meant))).unsafe_fix(span, meant),
                None => found.help("what a file extends must be checked together with it: give the folder of both"),
            }
        }
        LineageFault::Cycle(_, chain) => {
            let chain = chain.iter().map(|id| quote(id)).collect::<Vec<_>>().join(" → ");
            said(Code::ExtendsCycle, format!("what extends itself has no end: {chain}"))
                .help("move what they share to a fragment that both extend")
        }
        LineageFault::Deep(_) => said(Code::TooDeep, "this chain of files is longer than the limit".to_owned()),
        LineageFault::Parent(_) => {
            said(Code::UnusableParent, format!("{}, which this file extends, is not whole itself", quote(id)))
        }
    }
}

/// A file and those that it extends, as one text in which every span is a place of its own: first the file itself.
struct Family<'r> {
    roster: &'r Roster,
    woven: Arc<Source>,
    /// Each file with where it begins in the text.
    members: Vec<(usize, FileIndex, &'r Arc<Source>)>,
}

impl<'r> Family<'r> {
    fn new(
        roster: &'r Roster,
        file: FileIndex,
        source: &'r Arc<Source>,
        lineage: &[FileIndex],
        limits: &Limits,
    ) -> Option<Self> {
        let mut text = String::new();
        let mut members = Vec::new();
        let bases = lineage.iter().filter_map(|&base| Some((base, roster.base(base)?)));
        let translations = roster.translations(file).iter().filter_map(|(_, file)| Some((*file, roster.base(*file)?)));
        for (file, source) in std::iter::once((file, source)).chain(bases).chain(translations) {
            members.push((text.len(), file, source));
            text.push_str(source.text());
            text.push('\n');
            if text.len() > limits.bytes.saturating_add(1) {
                return None;
            }
        }
        Some(Self { roster, woven: Arc::new(Source::new(source.name(), text)), members })
    }

    /// The trees of those that are extended, or the first of them that has errors; and of translations, where one with
    /// errors is as good as none.
    fn trees(&self, checker: &Checker) -> Result<Vec<Tree<'r>>, FileIndex> {
        let trees = self.members[1..].iter().map(|&(_, file, source)| {
            let mut unheard = checker.unheard(source);
            let tree = checker.tree(source, &mut unheard);
            if self.roster.kind(file) == Kind::Translation {
                let is_sound = |tree: &Tree<'_>| !unheard.has_errors() && yaml::from_tree::<Translation>(tree).is_ok();
                return Ok(tree.filter(is_sound).unwrap_or(Tree::empty()));
            }
            // Without the schema, it is the types that tell what is wrong.
            if let (false, Some(tree)) = (cfg!(feature = "validate"), &tree) {
                super::typed(tree, &mut unheard);
            }
            tree.filter(|_| !unheard.has_errors()).ok_or(file)
        });
        trees.collect()
    }

    fn merged<'t>(
        &self,
        own: &'t Tree<'t>,
        bases: &'t [Tree<'t>],
        limits: &Limits,
        clashes: &mut Vec<Clash>,
    ) -> Option<Tree<'t>> {
        let mut allowance = Allowance { nodes: limits.nodes, bytes: limits.bytes };
        let mut merged: Option<Branch<'t>> = None;
        let is_translation = |file| self.roster.kind(file) == Kind::Translation;
        let (translations, parts): (Vec<_>, Vec<_>) =
            bases.iter().zip(&self.members[1..]).partition(|(_, (_, file, _))| is_translation(*file));
        for (tree, (start, ..)) in parts.into_iter().chain([(own, &self.members[0])]) {
            let branch = Branch::copy(tree.root(), *start, &mut allowance)?;
            match &mut merged {
                Some(merged) => merge(merged, branch, clashes),
                None => merged = Some(branch),
            }
        }
        for (tree, (start, file, _)) in translations {
            let known = self.roster.translations(self.members[0].1).iter().find(|(_, known)| known == file);
            if let Some((language, _)) = known.filter(|_| tree.root().entries().is_some()) {
                let texts = Branch::copy(tree.root(), *start, &mut allowance)?;
                translate(merged.as_mut()?, language, texts, clashes);
            }
        }
        let mut merged = merged?;
        finish(&mut merged);
        Some(merged.into_tree())
    }

    fn source(&self, file: FileIndex) -> &'r Arc<Source> {
        self.members.iter().find(|member| member.1 == file).map_or(self.members[0].2, |member| member.2)
    }

    /// The file that a span of the whole text lies in, and the span there.
    fn localized(&self, span: Span) -> (FileIndex, Span) {
        let place = self.members.partition_point(|&(start, ..)| start <= span.start()).saturating_sub(1);
        let (start, file, source) = self.members[place];
        let end = (span.end() - start).min(source.text().len());
        (file, Span::new((span.start() - start).min(end)..end))
    }

    /// A finding as one of the file that holds the value.
    fn relocated(&self, found: &Diagnostic, own: &Tree<'_>, bases: &[Tree<'_>]) -> (FileIndex, Diagnostic) {
        let (file, span) = self.localized(found.span);
        let member = self.members.iter().position(|member| member.1 == file).unwrap_or_default();
        let tree = member.checked_sub(1).map_or(own, |base| &bases[base]);
        let pointer = tree.pointer_at(span).unwrap_or_default();
        let mut here = Diagnostic { span, pointer, related: Vec::new(), ..found.clone() };
        for label in &found.related {
            let (at, span) = self.localized(label.span);
            if at == file {
                here.related.push(crate::diagnostic::Label { span, message: label.message.clone() });
            } else {
                let place = self.source(at).position(span.start());
                here.help.push(format!("{}: {}:{place}", label.message, self.roster.name(at)));
            }
        }
        if file != self.members[0].1 {
            here.fix = None;
        }
        if file != self.members[0].1 && self.roster.kind(file) != Kind::Translation {
            here.help.push(format!("found in {}, which extends this", quote(self.roster.id(self.members[0].1))));
        }
        if here.fix.iter().flat_map(|fix| &fix.edits).any(|edit| self.localized(edit.span).0 != file) {
            here.fix = None;
        }
        (file, here)
    }
}
