#[cfg(feature = "catalog")]
mod together;

use std::path::Path;
use std::sync::Arc;

use crate::check::check;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, quote};
use crate::error::Error;
use crate::limits::Limits;
use crate::persona::Persona;
use crate::pointer::Pointer;
#[cfg(feature = "catalog")]
use crate::roster::Roster;
#[cfg(feature = "validate")]
use crate::schema;
use crate::source::{Source, Span};
use crate::yaml::{self, Tree};

/// A persona file that was read: the text, all that was found in it, and the persona if there is one.
///
/// ```
/// use personas::{Document, Source};
///
/// let document = Document::parse(Source::new("ada.yaml", "name: Ada\ndescription: 1.10\ngreting: Hello!\n"));
/// let codes: Vec<&str> = document.diagnostics().iter().map(|found| found.code.name()).collect();
/// assert_eq!(codes, ["wrong-type", "unknown-key"]);
/// assert!(document.persona().is_none());
/// ```
#[derive(Debug, Clone)]
pub struct Document {
    source: Arc<Source>,
    diagnostics: Diagnostics,
    persona: Option<Persona>,
    checker: Checker,
}

/// How files are read and checked: within which limits, and against which schemas beside the published one.
///
/// ```
/// use personas::{Checker, Limits, Source};
///
/// let mut limits = Limits::default();
/// limits.bytes = 1_000;
/// let document = Checker::new(limits).check(Source::new("ada.yaml", "name: Ada\ndescription: A guide.\n"));
/// assert!(document.diagnostics().is_empty());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Checker {
    limits: Limits,
    #[cfg(feature = "validate")]
    schemas: Vec<schema::Schema>,
    /// The files that know each other.
    #[cfg(feature = "catalog")]
    roster: Option<Arc<Roster>>,
}

impl Checker {
    /// A checker within limits of yours; `Checker::default()` has the default ones.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            #[cfg(feature = "validate")]
            schemas: Vec::new(),
            #[cfg(feature = "catalog")]
            roster: None,
        }
    }

    /// Checks against a schema of yours, too.
    #[cfg(feature = "validate")]
    #[must_use]
    pub fn with_schema(mut self, schema: schema::Schema) -> Self {
        self.schemas.push(schema);
        self
    }

    /// Reads and checks a persona file. This never fails: what is wrong is in [`Document::diagnostics`].
    #[must_use]
    pub fn check(&self, source: Source) -> Document {
        self.check_shared(Arc::new(source))
    }

    pub(crate) fn check_shared(&self, source: Arc<Source>) -> Document {
        let mut diagnostics = Diagnostics::new(Arc::clone(&source), self.limits.findings);
        let persona = self.parse(&source, &mut diagnostics);
        diagnostics.sort();
        Document { source, diagnostics, persona, checker: self.clone() }
    }

    /// Reads a file, and checks it.
    ///
    /// # Errors
    ///
    /// The file is not there, is a folder, or cannot be read.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<Document, Error> {
        let path = path.as_ref();
        let source = Source::read_with(path, &self.limits).map_err(|error| Error::io(path, error))?;
        Ok(self.check(source))
    }

    /// The persona alone. Rules about meaning find no errors, so they are only asked when there are others to go with.
    fn persona(&self, source: Source) -> Result<Persona, Error> {
        let source = Arc::new(source);
        let mut diagnostics = Diagnostics::new(Arc::clone(&source), self.limits.findings);
        let tree = self.tree(&source, &mut diagnostics);
        let persona = tree.and_then(|tree| typed(&tree, &mut diagnostics));
        persona.map_or_else(|| self.check(Source::clone(&source)).into_persona(), Ok)
    }

    /// The pipeline: text, tree, schemas, rules, type. Each stage gives what it could make, and reports what it found.
    fn parse(&self, source: &Arc<Source>, diagnostics: &mut Diagnostics) -> Option<Persona> {
        let tree = self.tree(source, diagnostics)?;
        #[cfg(feature = "catalog")]
        if let Some(roster) = &self.roster
            && let Some(file) = roster.named(source.name())
        {
            return self.among(&tree, source, roster, file, diagnostics).0;
        }
        check(&tree, source, diagnostics);
        self.team(&tree, source, diagnostics);
        typed(&tree, diagnostics)
    }

    fn tree<'s>(&self, source: &'s Source, diagnostics: &mut Diagnostics) -> Option<Tree<'s>> {
        let tree = yaml::read(source, &self.limits, diagnostics)?;
        #[cfg(all(feature = "validate", feature = "catalog"))]
        if self.is_translation(source) {
            schema::validate_translation(&tree, source, diagnostics);
            return Some(tree);
        }
        #[cfg(feature = "validate")]
        schema::validate(&tree, source, diagnostics);
        Some(tree)
    }

    /// What a team's own schemas say of a file that is whole.
    #[cfg_attr(not(feature = "validate"), expect(clippy::unused_self, reason = "there are no schemas"))]
    fn team(&self, tree: &Tree<'_>, source: &Source, diagnostics: &mut Diagnostics) {
        #[cfg(feature = "validate")]
        if incomplete(tree).is_none() {
            for schema in &self.schemas {
                schema.validate(tree, source, diagnostics);
            }
        }
        #[cfg(not(feature = "validate"))]
        let _ = (tree, source, diagnostics);
    }
}

/// The persona of a file that is whole by itself.
fn typed(tree: &Tree<'_>, diagnostics: &mut Diagnostics) -> Option<Persona> {
    if diagnostics.has_errors() {
        return None;
    }
    let is_part = incomplete(tree).is_some();
    match yaml::from_tree(tree) {
        Ok(persona) => Some(persona).filter(|_| !is_part),
        // A part may leave to others what a persona must have.
        Err(fault) if is_part && fault.code == Code::MissingKey && fault.pointer == Pointer::root() => None,
        Err(fault) => {
            diagnostics.push(*fault);
            None
        }
    }
}

/// Why a file is no persona by itself, if it is a part of one.
fn incomplete(tree: &Tree<'_>) -> Option<Diagnostic> {
    let pointers = ["extends", "spec"].map(|key| Pointer::root().key(key));
    let [extends, spec] = pointers.each_ref().map(|pointer| Some(tree.locate(pointer)?.value));
    let [extends_at, spec_at] = pointers;
    if let Some(node) = spec.filter(|spec| spec.text() == Some("persona-fragment/v1")) {
        let message = "this file is a fragment, and no persona by itself";
        let found = Diagnostic::new(Code::IncompletePersona, message, spec_at, node.span());
        return Some(found.help("name it under `extends` in the file of a persona"));
    }
    let node = extends.filter(|extends| extends.items().is_some_and(|items| !items.is_empty()))?;
    let parents = node.items().unwrap_or_default().iter().filter_map(|item| node.with(item).text().map(quote));
    let message = format!("this file extends {}, and is whole only with it", parents.collect::<Vec<_>>().join(", "));
    let found = Diagnostic::new(Code::IncompletePersona, message, extends_at, node.span());
    Some(found.help("read it in its folder: by `Catalog::open`, or by giving the command the folder and the id"))
}

impl Document {
    /// Reads and checks a persona file. This never fails: what is wrong is in [`Document::diagnostics`].
    #[must_use]
    pub fn parse(source: Source) -> Self {
        Checker::default().check(source)
    }

    /// Reads a file and parses it.
    ///
    /// # Errors
    ///
    /// The file is not there, is a folder, or cannot be read.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        Checker::default().read(path)
    }

    /// The text.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// All that was found, in the order of the text.
    #[must_use]
    pub fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// Where the values that pointers name stand in the text; for an alias, where the alias stands.
    ///
    /// The text is read once for each call, so ask for many places together.
    ///
    /// ```
    /// use personas::{Document, Pointer, Source};
    ///
    /// let document = Document::parse(Source::new("ada.yaml", "name: Ada\ndescription: A guide.\n"));
    /// let spans = document.locate([&Pointer::root().key("description")]);
    /// assert_eq!(spans[0].map(|span| document.source().slice(span)), Some("A guide."));
    /// ```
    #[must_use]
    pub fn locate<'p>(&self, pointers: impl IntoIterator<Item = &'p Pointer>) -> Vec<Option<Span>> {
        let mut unheard = Diagnostics::new(Arc::clone(&self.source), 0);
        let tree = yaml::read(&self.source, &self.checker.limits, &mut unheard);
        let locate = |pointer| Some(tree.as_ref()?.locate(pointer)?.value.span());
        pointers.into_iter().map(locate).collect()
    }

    #[cfg(feature = "catalog")]
    pub(crate) fn shared_source(&self) -> &Arc<Source> {
        &self.source
    }

    /// How it was checked.
    pub(crate) fn checker(&self) -> &Checker {
        &self.checker
    }

    /// The persona, when the file is free of errors. None also for a file that is whole only together with others: a
    /// fragment, or one that extends others and was checked alone.
    #[must_use]
    pub fn persona(&self) -> Option<&Persona> {
        self.persona.as_ref()
    }

    /// The persona, or an error that shows all that was found.
    ///
    /// # Errors
    ///
    /// The file has a fault that is an error; warnings are none. Or it is whole only together with others.
    pub fn into_persona(self) -> Result<Persona, Error> {
        let mut diagnostics = self.diagnostics;
        self.persona.ok_or_else(|| {
            if !diagnostics.has_errors() {
                let tree =
                    yaml::read(&self.source, &self.checker.limits, &mut Diagnostics::new(self.source.clone(), 0));
                let found = tree.as_ref().and_then(incomplete);
                #[cfg(feature = "catalog")]
                let found = found.or_else(|| self.checker.translation(&self.source));
                if let Some(found) = found {
                    diagnostics.push(found);
                }
                diagnostics.sort();
            }
            Error::invalid(diagnostics)
        })
    }
}

impl Persona {
    /// Reads a persona from YAML.
    ///
    /// ```
    /// # fn main() -> Result<(), personas::Error> {
    /// let ada = personas::Persona::from_yaml("name: Ada\ndescription: A guide.\n")?;
    /// assert_eq!(ada.name, "Ada");
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// - `name:` is missing or blank.
    /// - `greting:` is a key no persona has.
    /// - `extends: [house-style]` takes over what stands in another file, and no other file is read.
    /// - The text is not YAML.
    ///
    /// The error's `Display` shows every fault with its line.
    pub fn from_yaml(text: &str) -> Result<Self, Error> {
        Checker::default().persona(Source::new("<persona>", text))
    }

    /// Reads a persona from a file.
    ///
    /// ```
    /// # fn main() -> Result<(), personas::Error> {
    /// let trotsky = personas::Persona::read("personas/leon-trotsky.yaml")?;
    /// assert_eq!(trotsky.faq.len(), 8);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// The file cannot be read, or has a fault as in [`Persona::from_yaml`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Checker::default().persona(Source::read(path).map_err(|error| Error::io(path, error))?)
    }
}

impl std::str::FromStr for Persona {
    type Err = Error;

    /// # Errors
    ///
    /// As [`Persona::from_yaml`].
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::from_yaml(text)
    }
}
