use super::blocks::{Blocks, Reference};
use super::built_in;
use super::loader::{LARGEST, Loader, Refusal};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest, quote};
use crate::error::Error;
use crate::pointer::Pointer;
use crate::source::{Source, Span};

/// More templates than this, or more text in all, and compiling them would take up too much.
const MOST_PARTS: usize = 100;
const LARGEST_SET: usize = 2 * LARGEST;

/// A template and all those that it extends, includes or imports, each by the name that others use for it.
///
/// They are gathered before anything is rendered, so that rendering reads no file. Names are taken from the tags as
/// they stand there: a name that is put together while rendering finds only what some tag names.
#[derive(Debug)]
pub(super) struct Parts {
    /// The caller's template first.
    all: Vec<Part>,
    /// The caller's template, the one that it extends, and so on.
    chain: Vec<usize>,
    /// Whether the end of the chain is known, and is a built-in template.
    pub(super) ends_in_built_in: bool,
}

/// A template of the set.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) source: Source,
    pub(super) blocks: Blocks,
}

impl Part {
    fn new(name: &str, source: Source) -> Result<Self, Error> {
        if let Some(&span) = source.undecodable().first() {
            return Err(fail(&source, Code::InvalidUtf8, "these bytes are not UTF-8 text", span, None));
        }
        if source.text().len() > LARGEST {
            let message = format!("the template is larger than {LARGEST} bytes");
            return Err(fail(&source, Code::TemplateLimit, message, Span::EMPTY, None));
        }
        let blocks = Blocks::scan(source.text())
            .map_err(|found| fail(&source, Code::TemplateLimit, found.message, Span::new(found.range), None))?;
        Ok(Self { name: name.to_owned(), source, blocks })
    }
}

impl std::ops::Index<usize> for Parts {
    type Output = Part;

    fn index(&self, index: usize) -> &Part {
        &self.all[index]
    }
}

impl Parts {
    pub(super) fn gather(name: &str, source: Source, loader: &Loader) -> Result<Self, Error> {
        let mut parts = vec![Part::new(name, source)?];
        let mut at = 0;
        while at < parts.len() {
            let mut found: Vec<Part> = Vec::new();
            for reference in &parts[at].blocks.references {
                for name in &reference.names {
                    if parts.iter().chain(&found).any(|part| part.name == *name) {
                        continue;
                    }
                    let Some(source) = load(name, reference, &parts[at].source, loader)? else { continue };
                    let part = Part::new(name, source)?;
                    let total: usize = parts.iter().chain(&found).map(|part| part.source.text().len()).sum();
                    if parts.len() + found.len() >= MOST_PARTS || total + part.source.text().len() > LARGEST_SET {
                        let message = format!(
                            "with {}, the templates are more than {MOST_PARTS}, or larger than {LARGEST_SET} bytes",
                            quote(name)
                        );
                        let span = Span::new(reference.range.clone());
                        return Err(fail(&parts[at].source, Code::TemplateLimit, message, span, None));
                    }
                    found.push(part);
                }
            }
            parts.extend(found);
            at += 1;
        }
        let mut parts = Self { all: parts, chain: vec![0], ends_in_built_in: false };
        parts.follow_chain()?;
        Ok(parts)
    }

    fn follow_chain(&mut self) -> Result<(), Error> {
        let (mut at, mut is_certain) = (0, true);
        while let Some(&index) = self.chain.get(at) {
            at += 1;
            let part = &self.all[index];
            for reference in part.blocks.references.iter().filter(|reference| reference.extends) {
                is_certain &= reference.is_exact;
                for name in &reference.names {
                    let Some(parent) = self.position(name) else { continue };
                    if !self.chain.contains(&parent) {
                        self.chain.push(parent);
                    } else if reference.is_exact {
                        let span = Span::new(reference.range.clone());
                        let message = format!("{} extends itself", quote(name));
                        return Err(fail(&part.source, Code::TemplateFailure, message, span, None));
                    }
                }
            }
        }
        self.ends_in_built_in = is_certain && self.chain.len() > 1 && built_in::source(&self.root().name).is_some();
        Ok(())
    }

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.all.iter().position(|part| part.name == name)
    }

    /// All of them, in the order that they were found in.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Part> {
        self.all.iter()
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The part of a name; the caller's template when there is none.
    pub(super) fn get(&self, name: &str) -> &Part {
        &self.all[self.position(name).unwrap_or(0)]
    }

    /// The template at the end of the chain, whose blocks the others fill in.
    pub(super) fn root(&self) -> &Part {
        &self.all[self.chain[self.chain.len() - 1]]
    }

    /// Whether a part is reached by `extends` alone, not by `include`.
    pub(super) fn is_in_chain(&self, name: &str) -> bool {
        self.chain.iter().any(|&index| self.all[index].name == name)
    }

    /// The section of what a byte of a part in the chain writes: the outermost block that it stands in.
    pub(super) fn section(&self, name: &str, byte: usize) -> Option<&str> {
        let mut block = self.get(name).blocks.at(byte)?;
        // A block that one template fills in may stand within a block of the one that it extends, and so on; no further
        // than there are templates, since two may hold each other.
        for _ in &self.chain {
            let outer = self.chain.iter().rev().find_map(|&index| self.all[index].blocks.outer(block));
            block = outer.unwrap_or(block);
        }
        Some(block)
    }

    /// The section that an included part writes in, when what was last written by the chain itself stands at a byte of
    /// a part: that of the tag that includes it. When several do, the place decides.
    pub(super) fn including(&self, included: &str, last: Option<(&str, usize)>) -> Option<&str> {
        let here = last.and_then(|(name, byte)| self.section(name, byte));
        let tags = self.chain.iter().flat_map(|&index| {
            let part = &self.all[index];
            part.blocks.references.iter().map(move |reference| (part.name.as_str(), reference))
        });
        let tags: Vec<(&str, usize)> = tags
            .filter(|(_, reference)| !reference.extends && self.leads_to(reference, included, self.all.len()))
            .map(|(name, reference)| (name, reference.range.start))
            .collect();
        let is_here = |&&(name, byte): &&(&str, usize)| self.section(name, byte) == here;
        let is_next = |&&(name, byte): &&(&str, usize)| last.is_some_and(|(part, after)| part == name && byte > after);
        let tag = tags.iter().find(is_here).or(tags.iter().find(is_next)).or(tags.first());
        tag.map_or(here, |&(name, byte)| self.section(name, byte))
    }

    fn leads_to(&self, reference: &Reference, name: &str, steps: usize) -> bool {
        reference.names.iter().any(|named| {
            named == name
                || steps > 0
                    && self.position(named).is_some_and(|index| {
                        let references = &self.all[index].blocks.references;
                        references.iter().any(|reference| self.leads_to(reference, name, steps - 1))
                    })
        })
    }
}

/// The template that a tag names, if it is there or must be.
fn load(name: &str, reference: &Reference, source: &Source, loader: &Loader) -> Result<Option<Source>, Error> {
    if let Some(text) = built_in::source(name) {
        return Ok(Some(Source::new(name, text)));
    }
    let span = Span::new(reference.range.clone());
    let (message, help) = match loader.load(name) {
        Ok(source) => return Ok(Some(source)),
        Err(Refusal::Missing | Refusal::Name(_)) if !reference.is_exact => return Ok(None),
        Err(Refusal::Missing) => {
            let message = format!("there is no template {}", quote(name));
            (message, help_with_names(name, loader))
        }
        Err(Refusal::Name(why) | Refusal::Content(why)) => (why, None),
        Err(Refusal::Unreadable(error)) => (format!("cannot read {}: {}", quote(name), error.kind()), None),
    };
    Err(fail(source, Code::TemplateFailure, message, span, help))
}

fn help_with_names(name: &str, loader: &Loader) -> Option<String> {
    let names = loader.names();
    let known = names.iter().map(String::as_str).chain(built_in::NAMES.iter().copied());
    nearest(name, known).map(|meant| format!("did you mean {}?", quote(meant))).or_else(|| Some(built_in::help()))
}

pub(super) fn fail(source: &Source, code: Code, message: impl Into<String>, span: Span, help: Option<String>) -> Error {
    let mut found = Diagnostic::new(code, message, Pointer::root(), span);
    found.help.extend(help);
    let mut findings = Diagnostics::new(std::sync::Arc::new(source.clone()), 1);
    findings.push(found);
    Error::template(findings)
}
