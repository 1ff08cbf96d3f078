//! What is known of many files at once: their ids, what they extend, and who is related to whom. Of a file that nobody
//! extends, no text is kept, so that tens of thousands of files need no more than a few dozen bytes each.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::limits::Limits;
use crate::persona::Relation;
use crate::source::{Source, is_persona_file};
use crate::yaml::{self, NodeRef};

/// The place of a file among those that are looked at together.
pub(crate) type FileIndex = u32;

/// Files that know each other.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    names: Texts,
    ids: Texts,
    files: Vec<File>,
    /// The files in the order of their names.
    by_name: Vec<FileIndex>,
    /// The files in the order of their ids; of one id, in the order of their names.
    by_id: Vec<FileIndex>,
    /// The characters with an id that each file names, one file after the other.
    related: Vec<Related>,
    /// The ids that `related` speaks of.
    related_ids: Texts,
    parents: BTreeMap<FileIndex, Box<[Box<str>]>>,
    /// The translations of a file that are files of their own, each with its language.
    translations: BTreeMap<FileIndex, Vec<(String, FileIndex)>>,
    /// The texts of files that others extend, and of translations.
    bases: HashMap<FileIndex, Arc<Source>>,
    /// What is only found in one file when it is read as a part of another.
    pub(crate) inherited: HashMap<FileIndex, Vec<Diagnostic>>,
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Persona,
    Fragment,
    /// The texts of another file in another language.
    Translation,
}

#[derive(Debug, Clone, Copy)]
struct File {
    kind: Kind,
    /// Where its entries in `Roster::related` end.
    related: u32,
}

#[derive(Debug, Clone, Copy)]
struct Related {
    id: u32,
    /// The place of the word in `Relation::KNOWN`.
    relation: u8,
}

/// Why what a file extends cannot be followed; each with the place in its `extends`.
#[derive(Debug)]
pub(crate) enum LineageFault {
    /// No file has this id.
    Unknown(usize),
    /// The ids from one that comes again, to where it does.
    Cycle(usize, Vec<String>),
    /// The chain is longer than is followed.
    Deep(usize),
    /// The parent has such a fault itself.
    Parent(usize),
}

/// What one file tells of itself.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    id: Option<String>,
    kind: Kind,
    parents: Vec<Box<str>>,
    related: Vec<(String, u8)>,
}

impl Facts {
    pub(crate) fn read(source: &Arc<Source>, limits: &Limits) -> Self {
        let needed = needed(source.text()).map(|text| Arc::new(Source::new(source.name(), text)));
        let of_needed = needed.map(|needed| Self::of(&needed, limits)).filter(|(_, is_sound)| *is_sound);
        let (facts, _) = of_needed.unwrap_or_else(|| Self::of(source, limits));
        Self { id: facts.id.or_else(|| source.stem().map(str::to_owned)), ..facts }
    }

    /// The facts, and whether nothing stood in the way of reading them.
    fn of(source: &Arc<Source>, limits: &Limits) -> (Self, bool) {
        let mut unheard = Diagnostics::new(Arc::clone(source), 0);
        let tree = yaml::read(source, limits, &mut unheard);
        let root = tree.as_ref().map(yaml::Tree::root);
        let at = |key: &str| root.and_then(|root| get(root, key));
        let text = |key: &str| at(key).and_then(NodeRef::text);
        let related = items(at("related_characters")).filter_map(|item| {
            let id = get(item, "id")?.text()?.to_owned();
            let relation = get(item, "relation").and_then(NodeRef::text).unwrap_or_default();
            let place = Relation::KNOWN.iter().position(|known| *known == relation);
            Some((id, place.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX)))
        });
        let facts = Self {
            id: text("id").map(str::to_owned),
            kind: if text("spec") == Some("persona-fragment/v1") { Kind::Fragment } else { Kind::Persona },
            parents: items(at("extends")).filter_map(|item| item.text().map(Into::into)).collect(),
            related: related.collect(),
        };
        (facts, unheard.omitted() == 0)
    }
}

/// The lines of a file that facts can stand in: reading those alone is several times faster. None for a file that is not
/// plainly made of `key:` at the beginning of lines; and what then cannot be read by itself, such as an alias, is read
/// with the rest.
fn needed(text: &str) -> Option<String> {
    let mut needed = String::new();
    let mut is_needed = false;
    for line in text.split_inclusive('\n') {
        match line.as_bytes().first() {
            // Goes on with what stands above.
            Some(b' ' | b'\n' | b'\r') => {}
            Some(b'-') if line.starts_with("- ") => {}
            Some(b'#') => continue,
            Some(b'a'..=b'z' | b'_' | b'$') => {
                let (key, rest) = line.split_once(':')?;
                let is_plain = key.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_' | b'$'));
                if !is_plain || !rest.starts_with([' ', '\n', '\r']) {
                    return None;
                }
                is_needed = matches!(key, "id" | "spec" | "extends" | "related_characters");
            }
            _ => return None,
        }
        if is_needed {
            needed.push_str(line);
        }
    }
    // Nothing at all would be a fault.
    needed.push_str("tags: []\n");
    Some(needed)
}

/// The name of a file as that of a translation: what stands before the language, and the language.
fn translation_name(name: &str) -> Option<(&str, &str)> {
    let name = Some(name).filter(|name| is_persona_file(Path::new(name)))?;
    let (stem, _) = name.rsplit_once('.')?;
    let (before, language) = stem.rsplit_once('.')?;
    let own = before.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let first = language.split('-').next().unwrap_or_default();
    let is_language = (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    (!own.is_empty() && !own.contains('.') && is_language && language.split('-').all(is_part))
        .then_some((before, language))
}

fn get<'t>(node: NodeRef<'t>, key: &str) -> Option<NodeRef<'t>> {
    let entry = node.entries()?.iter().find(|entry| entry.key == key)?;
    Some(node.with(&entry.value))
}

fn items(node: Option<NodeRef<'_>>) -> impl Iterator<Item = NodeRef<'_>> {
    node.into_iter().flat_map(|node| node.items().unwrap_or_default().iter().map(move |item| node.with(item)))
}

impl Roster {
    /// Adds the next file.
    pub(crate) fn add(&mut self, name: &str, facts: Facts) {
        let file = narrow(self.files.len());
        self.names.push(name);
        self.ids.push(facts.id.as_deref().unwrap_or_default());
        for (id, relation) in facts.related {
            let id = self.related_ids.push(&id);
            self.related.push(Related { id, relation });
        }
        if !facts.parents.is_empty() {
            self.parents.insert(file, facts.parents.into());
        }
        self.files.push(File { kind: facts.kind, related: narrow(self.related.len()) });
    }

    /// Puts in order what was added, and says whose texts are needed by others.
    pub(crate) fn arrange(&mut self) -> Vec<FileIndex> {
        let all = || (0..narrow(self.files.len())).collect::<Vec<_>>();
        let (mut by_name, mut by_id) = (all(), all());
        by_name.sort_by_key(|&file| (self.names.get(file), file));
        self.by_name = by_name;
        self.pair_translations();
        by_id.retain(|&file| !self.id(file).is_empty() && self.kind(file) != Kind::Translation);
        by_id.sort_by_key(|&file| (self.ids.get(file), self.names.get(file), file));
        self.by_id = by_id;
        let parents = self.parents.values().flatten().filter_map(|id| self.find(id));
        let translations = self.translations.values().flatten().map(|(_, file)| *file);
        let needed: BTreeSet<FileIndex> = parents.chain(translations).collect();
        needed.into_iter().collect()
    }

    /// `ada.es.yaml` is a translation when `ada.yaml` stands beside it.
    fn pair_translations(&mut self) {
        for file in 0..narrow(self.files.len()) {
            let Some((before, language)) = translation_name(self.name(file)) else {
                continue;
            };
            let original = ["yaml", "yml", "json"].iter().find_map(|end| self.named(&format!("{before}.{end}")));
            if let Some(original) = original {
                let translation = (language.to_owned(), file);
                self.translations.entry(original).or_default().push(translation);
                self.files[file as usize].kind = Kind::Translation;
                self.parents.remove(&file);
            }
        }
    }

    pub(crate) fn keep(&mut self, file: FileIndex, source: Arc<Source>) {
        self.bases.insert(file, source);
    }

    /// The files that are read together with others.
    pub(crate) fn joined(&self) -> Vec<FileIndex> {
        self.parents.keys().chain(self.translations.keys()).copied().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The files that translate a file, each with its language.
    pub(crate) fn translations(&self, file: FileIndex) -> &[(String, FileIndex)] {
        self.translations.get(&file).map_or(&[], Vec::as_slice)
    }

    /// The file of a name.
    pub(crate) fn named(&self, name: &str) -> Option<FileIndex> {
        let place = self.by_name.binary_search_by(|&file| self.names.get(file).cmp(name)).ok()?;
        Some(self.by_name[place])
    }

    /// The first file of an id.
    pub(crate) fn find(&self, id: &str) -> Option<FileIndex> {
        let place = self.by_id.partition_point(|&file| self.ids.get(file) < id);
        self.by_id.get(place).copied().filter(|&file| self.ids.get(file) == id)
    }

    pub(crate) fn name(&self, file: FileIndex) -> &str {
        self.names.get(file)
    }

    /// The id of a file: its own word for it, or its stem.
    pub(crate) fn id(&self, file: FileIndex) -> &str {
        self.ids.get(file)
    }

    pub(crate) fn kind(&self, file: FileIndex) -> Kind {
        self.files[file as usize].kind
    }

    pub(crate) fn base(&self, file: FileIndex) -> Option<&Arc<Source>> {
        self.bases.get(&file)
    }

    pub(crate) fn parents(&self, file: FileIndex) -> &[Box<str>] {
        self.parents.get(&file).map_or(&[], |parents| parents)
    }

    /// The id that was most likely meant, of those that stand near it in the order of ids.
    pub(crate) fn nearest(&self, id: &str, is_wanted: impl Fn(Kind) -> bool) -> Option<&str> {
        // Counting edits takes long, and there may be many ids, and many that are wrong.
        const MOST: usize = 500;
        let place = self.by_id.partition_point(|&file| self.id(file) < id);
        let near = &self.by_id[place.saturating_sub(MOST)..place.saturating_add(MOST).min(self.by_id.len())];
        nearest(id, near.iter().filter(|&&file| is_wanted(self.kind(file))).map(|&file| self.id(file)))
    }

    /// The words of what a character is to the persona of a file, and to those that it extends.
    pub(crate) fn relations<'a>(&'a self, file: FileIndex, to: &'a str) -> impl Iterator<Item = &'static str> + 'a {
        let files = self.lineage(file, Limits::MAX_DEPTH).unwrap_or_default();
        files.into_iter().chain([file]).flat_map(move |file| {
            let start = (file as usize).checked_sub(1).map_or(0, |before| self.files[before].related);
            let related = &self.related[start as usize..self.files[file as usize].related as usize];
            let to_them = related.iter().filter(move |related| self.related_ids.get(related.id) == to);
            to_them.map(|related| Relation::KNOWN.get(usize::from(related.relation)).copied().unwrap_or_default())
        })
    }

    /// All that a file extends, each once, and each after those that it extends itself; parents from left to right.
    pub(crate) fn lineage(&self, file: FileIndex, depth: usize) -> Result<Vec<FileIndex>, Vec<LineageFault>> {
        let mut walk = Walk { roster: self, depth, path: vec![file], seen: HashSet::new(), order: Vec::new() };
        let mut faults = Vec::new();
        for (place, parent) in self.parents(file).iter().enumerate() {
            if let Err(fault) = walk.step(place, parent) {
                faults.push(fault);
                walk.path.truncate(1);
            }
        }
        if faults.is_empty() { Ok(walk.order) } else { Err(faults) }
    }
}

struct Walk<'a> {
    roster: &'a Roster,
    depth: usize,
    path: Vec<FileIndex>,
    seen: HashSet<FileIndex>,
    order: Vec<FileIndex>,
}

impl Walk<'_> {
    fn step(&mut self, place: usize, parent: &str) -> Result<(), LineageFault> {
        let Some(file) = self.roster.find(parent) else {
            return Err(if self.path.len() == 1 { LineageFault::Unknown(place) } else { LineageFault::Parent(place) });
        };
        if let Some(start) = self.path.iter().position(|&known| known == file) {
            let chain = self.path[start..].iter().chain([&file]);
            let ids = chain.map(|&file| self.roster.id(file).to_owned()).collect();
            return Err(LineageFault::Cycle(place, ids));
        }
        if self.path.len() > self.depth {
            return Err(LineageFault::Deep(place));
        }
        if !self.seen.insert(file) {
            return Ok(());
        }
        self.path.push(file);
        for grandparent in self.roster.parents(file) {
            self.step(place, grandparent)?;
        }
        self.path.pop();
        self.order.push(file);
        Ok(())
    }
}

/// Many texts in one.
#[derive(Debug, Default)]
struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    fn push(&mut self, text: &str) -> u32 {
        self.text.push_str(text);
        self.ends.push(narrow(self.text.len()));
        narrow(self.ends.len() - 1)
    }

    fn get(&self, place: u32) -> &str {
        let place = place as usize;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[place] as usize]
    }
}

fn narrow(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However a file is written, what is read of a part of it is what is read of the whole.
    #[test]
    fn facts_are_the_same_of_what_is_needed_as_of_the_whole() {
        let plain = "id: ada\nname: A\n# id: bob\nextends:\n- x\n\n- y\ntext: |\n  id: carl\n\n  extends: z\n";
        for (text, is_cut) in [
            (plain, true),
            (&plain.replace('\n', "\r\n"), true),
            ("name: A\nrelated_characters: [{id: bob,\n  relation: ally}]\nspec: persona-fragment/v1", true),
            ("name: &n ada\nid: *n\nextends: [*n]\n", true),
            ("{\"id\": \"ada\", \"extends\": [\"x\"]}", false),
            ("\"id\": ada\nextends: [x]\n", false),
            ("? id\n: ada\n", false),
            ("---\nid: ada\n", false),
            ("", true),
        ] {
            let source = Arc::new(Source::new("stem.yaml", text));
            let limits = Limits::default();
            assert_eq!(needed(text).is_some(), is_cut, "{text}");
            let (whole, _) = Facts::of(&source, &limits);
            let read = Facts::read(&source, &limits);
            let id = whole.id.clone().or(Some("stem".into()));
            assert_eq!((read.id, read.kind, read.parents), (id, whole.kind, whole.parents), "{text}");
            assert_eq!(read.related, whole.related, "{text}");
        }
    }

    #[test]
    fn the_name_of_a_translation_has_a_language_at_its_end() {
        for (name, expected) in [
            ("cast/ada.es.yaml", Some(("cast/ada", "es"))),
            ("ada.pt-BR.json", Some(("ada", "pt-BR"))),
            ("ada.zh-Hant.yml", Some(("ada", "zh-Hant"))),
            ("ada.yaml", None),
            ("v1.de/ada.yaml", None),
            (".es.yaml", None),
            ("ada.backup.yaml", None),
            ("ada.es.txt", None),
            ("ada.b.es.yaml", None),
        ] {
            assert_eq!(translation_name(name), expected, "{name}");
        }
    }
}
