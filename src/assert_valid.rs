use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::document::Document;
use crate::error::Error;

/// Fails a test of yours when a persona file has an error: all of a folder's `.yaml`, `.yml` and `.json` files, those in
/// folders below it included, or one file.
///
/// ```
/// personas::assert_valid("personas");
/// ```
///
/// # Panics
///
/// A file has an error, and the message shows every finding of every such file; or there is no file, or one cannot be
/// read.
#[track_caller]
pub fn assert_valid(path: impl AsRef<Path>) {
    let path = path.as_ref();
    let files = files(path).unwrap_or_else(|error| panic!("{error}"));
    assert!(!files.is_empty(), "no persona file in {}", path.display());
    let mut shown = String::new();
    for file in files {
        let document = Document::read(file).unwrap_or_else(|error| panic!("{error}"));
        if document.diagnostics().has_errors() {
            shown += &format!("{}\n\n", document.diagnostics());
        }
    }
    assert!(shown.is_empty(), "personas that are not valid\n\n{}", shown.trim_end());
}

fn files(path: &Path) -> Result<BTreeSet<PathBuf>, Error> {
    let mut files = BTreeSet::new();
    let mut open = vec![path.to_owned()];
    while let Some(path) = open.pop() {
        let metadata = path.symlink_metadata().map_err(|error| Error::io(&path, error))?;
        if metadata.is_dir() {
            let entries = path.read_dir().map_err(|error| Error::io(&path, error))?;
            for entry in entries {
                let inner = entry.map_err(|error| Error::io(&path, error))?.path();
                if inner.is_dir() || crate::source::is_persona_file(&inner) {
                    open.push(inner);
                }
            }
        } else if path.is_file() {
            files.insert(path);
        }
    }
    Ok(files)
}
