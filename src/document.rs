use std::path::Path;
use std::sync::Arc;

use crate::check::check;
use crate::diagnostic::Diagnostics;
use crate::error::Error;
use crate::limits::Limits;
use crate::persona::Persona;
#[cfg(feature = "validate")]
use crate::schema;
use crate::source::Source;
use crate::yaml;

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
}

impl Document {
    /// Reads and checks a persona file. This never fails: what is wrong is in [`Document::diagnostics`].
    #[must_use]
    pub fn parse(source: Source) -> Self {
        Self::parse_with(source, &Limits::default())
    }

    /// Like [`Document::parse`], within limits of yours.
    #[must_use]
    pub fn parse_with(source: Source, limits: &Limits) -> Self {
        let source = Arc::new(source);
        let mut diagnostics = Diagnostics::new(Arc::clone(&source), limits.findings);
        let persona = parse(&source, limits, &mut diagnostics);
        diagnostics.sort();
        Self { source, diagnostics, persona }
    }

    /// Reads a file and parses it.
    ///
    /// # Errors
    ///
    /// The file is not there, is a folder, or cannot be read.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Source::read(path).map(Self::parse).map_err(|error| Error::io(path, error))
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

    /// The persona, when the file is free of errors.
    #[must_use]
    pub fn persona(&self) -> Option<&Persona> {
        self.persona.as_ref()
    }

    /// The persona, or an error that shows all that was found.
    ///
    /// # Errors
    ///
    /// The file has a fault that is an error; warnings are none.
    pub fn into_persona(self) -> Result<Persona, Error> {
        self.persona.ok_or_else(|| Error::invalid(self.diagnostics))
    }
}

/// The pipeline: text, tree, schema, rules, type. Each stage gives what it could make, and reports what it found.
fn parse(source: &Source, limits: &Limits, diagnostics: &mut Diagnostics) -> Option<Persona> {
    let tree = yaml::read(source, limits, diagnostics)?;
    #[cfg(feature = "validate")]
    schema::validate(&tree, source, diagnostics);
    check(&tree, source, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    yaml::from_tree(&tree).map_err(|fault| diagnostics.push(*fault)).ok()
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
    /// - The text is not YAML.
    ///
    /// The error's `Display` shows every fault with its line.
    pub fn from_yaml(text: &str) -> Result<Self, Error> {
        Document::parse(Source::new("<persona>", text)).into_persona()
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
        Document::read(path)?.into_persona()
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
