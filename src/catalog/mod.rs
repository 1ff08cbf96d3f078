//! A folder of personas, as one.

mod graph;
mod similar;
mod walk;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

pub use self::similar::Similar;
use crate::diagnostic::Diagnostics;
use crate::document::{Checker, Document};
use crate::error::Error;
use crate::persona::{Localized, Persona, RelatedCharacter};
use crate::pointer::Pointer;
use crate::retrieval::Index;
use crate::source::{Source, Span};

/// Personas that extend, translate and know each other.
///
/// It is read once, on all threads, and is cheap to clone and to share. One file with faults does not hide the others:
/// each file has its [`Diagnostics`], and those who are whole can be used.
///
/// ```
/// use personas::Catalog;
///
/// let catalog = Catalog::open("personas")?;
/// let trotsky = catalog.get("leon-trotsky").ok_or("no such persona")?;
/// assert_eq!(trotsky.persona().name, "Leon Trotsky");
/// let friends = trotsky.relations().filter_map(|(_, other)| other);
/// assert!(friends.into_iter().any(|friend| friend.id() == "frida-kahlo"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Catalog(Arc<Contents>);

#[derive(Debug)]
struct Contents {
    checker: Checker,
    /// In the order of the files' names.
    documents: Vec<Document>,
    failures: Vec<Error>,
    /// The whole personas.
    by_id: BTreeMap<String, usize>,
    /// Made when it is first asked for.
    alike: OnceLock<Index>,
}

impl Catalog {
    /// Reads the persona files of a folder and those below it: `.yaml`, `.yml` and `.json`, as far as git would not ignore
    /// them. Symbolic links are not followed, so that nothing outside of the folder is read.
    ///
    /// # Errors
    ///
    /// The folder is not there, is a file, or cannot be listed. Faults of files are no errors here: they are in
    /// [`Catalog::diagnostics`] and [`Catalog::failures`].
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(folder, Checker::default())
    }

    /// Reads a folder by a checker of yours, which knows other limits or a schema of your team's.
    ///
    /// # Errors
    ///
    /// As [`Catalog::open`].
    pub fn open_with(folder: impl AsRef<Path>, checker: Checker) -> Result<Self, Error> {
        let (paths, mut failures) = walk::files(folder.as_ref())?;
        let read = |path| Source::read_with(path, checker.limits()).map_err(|error| Error::io(path, error));
        let sources: Vec<Result<Source, Error>> = paths.par_iter().map(|path| read(path)).collect();
        let mut readable = Vec::new();
        for source in sources {
            match source {
                Ok(source) => readable.push(source),
                Err(error) => failures.push(error),
            }
        }
        Ok(Self::new(readable, failures, checker))
    }

    /// Takes files that are already in memory. Of two with the same name, the later one counts.
    ///
    /// ```
    /// use personas::{Catalog, Source};
    ///
    /// let catalog = Catalog::from_sources([
    ///     Source::new("careful.yaml", "spec: persona-fragment/v1\nboundaries: [Gives no medical advice.]\n"),
    ///     Source::new("ada.yaml", "extends: [careful]\nname: Ada\ndescription: A guide.\n"),
    /// ]);
    /// let ada = catalog.get("ada").ok_or("no such persona")?;
    /// assert_eq!(ada.persona().boundaries, ["Gives no medical advice."]);
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn from_sources(sources: impl IntoIterator<Item = Source>) -> Self {
        Self::new(sources, Vec::new(), Checker::default())
    }

    fn new(sources: impl IntoIterator<Item = Source>, failures: Vec<Error>, checker: Checker) -> Self {
        let by_name: BTreeMap<String, Arc<Source>> =
            sources.into_iter().map(|source| (source.name().to_owned(), Arc::new(source))).collect();
        let sources: Vec<Arc<Source>> = by_name.into_values().collect();
        let checker = checker.together(&sources, |source| Some(Arc::clone(source)));
        let documents: Vec<Document> = sources.into_par_iter().map(|source| checker.check_shared(source)).collect();
        let mut by_id = BTreeMap::new();
        for (place, document) in documents.iter().enumerate() {
            if let (Some(id), Some(_)) = (checker.id(document.source()), document.persona()) {
                by_id.entry(id.to_owned()).or_insert(place);
            }
        }
        Self(Arc::new(Contents { checker, documents, failures, by_id, alike: OnceLock::new() }))
    }

    /// The whole persona of an id. None for a fragment, and for a file with errors.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<CatalogEntry<'_>> {
        let (id, &place) = self.0.by_id.get_key_value(id)?;
        Some(self.entry(id, place))
    }

    /// All whole personas, in the order of their ids.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = CatalogEntry<'_>> {
        self.0.by_id.iter().map(|(id, &place)| self.entry(id, place))
    }

    /// The number of whole personas.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.by_id.len()
    }

    /// Whether there is no whole persona.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.by_id.is_empty()
    }

    /// The personas that have a tag, without regard to case.
    pub fn with_tag(&self, tag: &str) -> impl Iterator<Item = CatalogEntry<'_>> {
        let wanted = tag.trim().to_lowercase();
        self.iter().filter(move |entry| entry.persona().tags.iter().any(|tag| tag.trim().to_lowercase() == wanted))
    }

    /// The personas that speak a language, of themselves or in a translation: `es` finds `es-MX`, too.
    pub fn with_language(&self, tag: &str) -> impl Iterator<Item = CatalogEntry<'_>> {
        let wanted = tag.to_ascii_lowercase();
        let is_wanted = move |known: &str| {
            let known = known.to_ascii_lowercase();
            known.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        self.iter().filter(move |entry| {
            let persona = entry.persona();
            persona.language.iter().chain(persona.translations.keys()).any(|known| is_wanted(known))
        })
    }

    /// Every file that was read, in the order of the names; fragments and files with errors included.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.0.documents
    }

    /// What was found in each file, in the order of the names.
    pub fn diagnostics(&self) -> impl ExactSizeIterator<Item = &Diagnostics> {
        self.0.documents.iter().map(Document::diagnostics)
    }

    /// What could not be read at all.
    #[must_use]
    pub fn failures(&self) -> &[Error] {
        &self.0.failures
    }

    /// Whether a file has an error, or could not be read.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.0.failures.is_empty() || self.diagnostics().any(Diagnostics::has_errors)
    }

    /// The file that a value of a persona comes from, and where it stands there: the persona's own, or one it extends.
    ///
    /// A list or map that comes from several files has the place of the last that adds to it. The files concerned are
    /// read anew for each call.
    ///
    /// ```
    /// use personas::{Catalog, Pointer, Source};
    ///
    /// let catalog = Catalog::from_sources([
    ///     Source::new("careful.yaml", "spec: persona-fragment/v1\nboundaries: [Gives no medical advice.]\n"),
    ///     Source::new("ada.yaml", "extends: [careful]\nname: Ada\ndescription: A guide.\n"),
    /// ]);
    /// let boundary = Pointer::root().key("boundaries").index(0);
    /// let (source, span) = catalog.origin("ada", &boundary).ok_or("no such value")?;
    /// assert_eq!((source.name(), source.slice(span)), ("careful.yaml", "Gives no medical advice."));
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn origin(&self, id: &str, pointer: &Pointer) -> Option<(Arc<Source>, Span)> {
        let document = &self.0.documents[*self.0.by_id.get(id)?];
        self.0.checker.origin(document.shared_source(), pointer)
    }

    fn entry<'a>(&'a self, id: &'a str, place: usize) -> CatalogEntry<'a> {
        CatalogEntry { catalog: self, id, place }
    }
}

/// A persona of a [`Catalog`].
#[derive(Debug, Clone, Copy)]
pub struct CatalogEntry<'a> {
    catalog: &'a Catalog,
    id: &'a str,
    place: usize,
}

impl<'a> CatalogEntry<'a> {
    /// The id: the file's own word for it, or its stem.
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.id
    }

    /// The persona, with all that it extends.
    ///
    /// # Panics
    ///
    /// Never: only whole personas have an entry.
    #[must_use]
    pub fn persona(&self) -> &'a Persona {
        self.document().persona().expect("only whole personas have an entry")
    }

    /// The file, and what was found in it.
    #[must_use]
    pub fn document(&self) -> &'a Document {
        &self.catalog.0.documents[self.place]
    }

    /// The persona in a language, or in the nearest that there is, as [`Persona::in_language`].
    #[must_use]
    pub fn in_language(&self, tag: &str) -> Localized {
        self.persona().in_language(tag)
    }

    /// The related characters, each with its own entry when it has one.
    pub fn relations(&self) -> impl Iterator<Item = (&'a RelatedCharacter, Option<CatalogEntry<'a>>)> + use<'a> {
        let catalog = self.catalog;
        self.persona().related_characters.iter().map(move |related| {
            let other = related.id.as_deref().and_then(|id| catalog.get(id));
            (related, other)
        })
    }
}
