use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::diagnostic::quote;
use crate::limits::Limits;
use crate::source::Source;

/// A template is written by hand; one larger than this is none, and its compiled form would take up a multiple of it.
pub(super) const LARGEST: usize = 128 << 10;

/// Where a template finds those that it extends and includes, beside the built-in ones.
#[derive(Debug)]
pub(super) enum Loader {
    /// A folder, its real path.
    Folder { given: PathBuf, real: PathBuf },
    /// Texts by name.
    Sources(BTreeMap<String, Source>),
}

/// Why a name gives no template.
#[derive(Debug)]
pub(super) enum Refusal {
    /// There is none of this name.
    Missing,
    /// It would lead out of the folder, or is no name on some system.
    Name(String),
    /// It cannot be read.
    Unreadable(std::io::Error),
    /// It is no template, for a reason.
    Content(String),
}

impl Loader {
    pub(super) fn none() -> Self {
        Self::Sources(BTreeMap::new())
    }

    pub(super) fn folder(folder: &Path) -> std::io::Result<Self> {
        let real = folder.canonicalize()?;
        if !real.is_dir() {
            return Err(std::io::ErrorKind::NotADirectory.into());
        }
        Ok(Self::Folder { given: folder.to_owned(), real })
    }

    pub(super) fn load(&self, name: &str) -> Result<Source, Refusal> {
        if let Self::Sources(sources) = self
            && let Some(source) = sources.get(name)
        {
            return Ok(source.clone());
        }
        check_name(name).map_err(Refusal::Name)?;
        match self {
            Self::Folder { given, real } => read(given, real, name),
            Self::Sources(_) => Err(Refusal::Missing),
        }
    }

    pub(super) fn is_folder(&self) -> bool {
        matches!(self, Self::Folder { .. })
    }

    /// The names that there are, for help.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Sources(sources) => sources.keys().cloned().collect(),
            Self::Folder { real, .. } => {
                let entries = std::fs::read_dir(real).into_iter().flatten().flatten().take(MOST_NAMES);
                let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
                names.sort();
                names
            }
        }
    }
}

/// Names that help looks at.
const MOST_NAMES: usize = 1_000;

/// A name means the same file on every system, and one within the folder.
fn check_name(name: &str) -> Result<(), String> {
    let refused = |why: &str| Err(format!("{} is no name of a template: {why}", quote(name)));
    if name.is_empty() {
        return refused("it is empty");
    }
    if name.contains('\\') {
        return refused("folders are divided by `/`");
    }
    if name.contains(|character: char| character.is_control() || r#"<>:"|?*"#.contains(character)) {
        return refused("it has a character that not every system takes");
    }
    if name.starts_with('/') {
        return refused("it must be within the folder of the templates");
    }
    for part in name.split('/') {
        match part {
            "" | "." => return refused("a folder in it has no name"),
            ".." => return refused("it must be within the folder of the templates"),
            _ => {}
        }
        if part.ends_with([' ', '.']) {
            return refused("no part of it can end in a space or a full stop");
        }
        let stem = part.split('.').next().unwrap_or_default().trim_end();
        if is_device(stem) {
            return refused("Windows has a device of this name");
        }
    }
    Ok(())
}

fn is_device(stem: &str) -> bool {
    let stem = stem.to_ascii_uppercase();
    let numbered = |name: &str| {
        let number = stem.strip_prefix(name).unwrap_or_default();
        matches!(number.chars().next(), Some('0'..='9' | '¹' | '²' | '³')) && number.chars().count() == 1
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || numbered("COM") || numbered("LPT")
}

fn read(given: &Path, real: &Path, name: &str) -> Result<Source, Refusal> {
    let path = match real.join(name).canonicalize() {
        Ok(path) => path,
        Err(error) => {
            // A file with something below it is no folder; neither is there.
            let is_missing = matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory);
            return Err(if is_missing { Refusal::Missing } else { Refusal::Unreadable(error) });
        }
    };
    if !path.starts_with(real) {
        let message = format!("{} leads out of the folder of the templates", quote(name));
        return Err(Refusal::Name(message));
    }
    // What is no plain file could wait for a writer without end, or never stop.
    if !path.metadata().map_err(Refusal::Unreadable)?.is_file() {
        return Err(Refusal::Content(format!("{} is not a file", quote(name))));
    }
    let limits = Limits { bytes: LARGEST, ..Limits::default() };
    let source = Source::read_with(&path, &limits).map_err(Refusal::Unreadable)?;
    if !source.undecodable().is_empty() {
        return Err(Refusal::Content(format!("{} is not UTF-8 text", quote(name))));
    }
    Ok(Source::new(given.join(name).display().to_string(), source.text()))
}
