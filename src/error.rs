use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostics, nearest, quote};

/// An operation that failed.
///
/// `Display` says all that a person needs: for a persona file every finding with its place and snippet, for a template
/// the line and column.
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] Box<Repr>);

/// As `Display`: this is what a `main` that returns the error shows.
impl std::fmt::Debug for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, formatter)
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Repr {
    #[error("cannot read {}: {source}", quote(&path.display().to_string()))]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{0}")]
    Invalid(Diagnostics),
    #[error("{0}")]
    Template(Diagnostics),
    #[error("{0}")]
    #[cfg(feature = "validate")]
    Schema(Diagnostics),
    #[error("{0}")]
    Argument(String),
    #[error("{0}")]
    Budget(String),
    #[error("cannot write YAML: {0}")]
    Write(String),
}

/// What kind of operation failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file could not be read.
    Io,
    /// A persona file has faults; [`Error::diagnostics`] tells which.
    Invalid,
    /// A prompt template cannot be compiled or rendered; [`Error::diagnostics`] tells where.
    Template,
    /// A JSON Schema of one's own is none; [`Error::diagnostics`] tells where.
    Schema,
    /// An argument is not of the form that the function takes.
    Argument,
    /// What a prompt must have takes more tokens than it may have.
    Budget,
    /// A value cannot be written.
    Write,
}

impl Error {
    /// What kind of operation failed.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match *self.0 {
            Repr::Io { .. } => ErrorKind::Io,
            Repr::Invalid(_) => ErrorKind::Invalid,
            Repr::Template(_) => ErrorKind::Template,
            #[cfg(feature = "validate")]
            Repr::Schema(_) => ErrorKind::Schema,
            Repr::Argument(_) => ErrorKind::Argument,
            Repr::Budget(_) => ErrorKind::Budget,
            Repr::Write(_) => ErrorKind::Write,
        }
    }

    /// What was found in the persona file, the template or the schema, if that is what failed.
    #[must_use]
    pub fn diagnostics(&self) -> Option<&Diagnostics> {
        match &*self.0 {
            Repr::Invalid(diagnostics) | Repr::Template(diagnostics) => Some(diagnostics),
            #[cfg(feature = "validate")]
            Repr::Schema(diagnostics) => Some(diagnostics),
            _ => None,
        }
    }

    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Box::new(Repr::Io { path: path.to_owned(), source }).into()
    }

    pub(crate) fn invalid(diagnostics: Diagnostics) -> Self {
        Box::new(Repr::Invalid(diagnostics)).into()
    }

    pub(crate) fn template(diagnostics: Diagnostics) -> Self {
        Box::new(Repr::Template(diagnostics)).into()
    }

    #[cfg(feature = "validate")]
    pub(crate) fn schema(diagnostics: Diagnostics) -> Self {
        Box::new(Repr::Schema(diagnostics)).into()
    }

    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Box::new(Repr::Argument(message.into())).into()
    }

    pub(crate) fn budget(message: impl Into<String>) -> Self {
        Box::new(Repr::Budget(message.into())).into()
    }

    pub(crate) fn write(message: impl Into<String>) -> Self {
        Box::new(Repr::Write(message.into())).into()
    }
}

impl std::str::FromStr for Code {
    type Err = Error;

    /// # Errors
    ///
    /// `unknwon-key` is no code.
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL.iter().copied().find(|code| code.name() == name).ok_or_else(|| {
            let hint = nearest(name, Self::ALL.iter().map(|code| code.name()));
            let hint = hint.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
            Error::argument(format!("unknown code {}{hint}", quote(name)))
        })
    }
}
