//! The files of a folder, by the same crate and the same rules as the command's. The only file that names it here.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::error::Error;
use crate::source::is_persona_file;

/// The persona files, in the order of their paths, and what could not be looked at.
pub(super) fn files(folder: &Path) -> Result<(Vec<PathBuf>, Vec<Error>), Error> {
    // The walk tells of a file as if it were a folder of one.
    drop(folder.read_dir().map_err(|error| Error::io(folder, error))?);
    let (mut files, mut failures) = (Vec::new(), Vec::new());
    for entry in WalkBuilder::new(folder).require_git(false).build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) && is_persona_file(entry.path()) => {
                files.push(entry.into_path());
            }
            Ok(_) => {}
            Err(error) => {
                let path = path(&error).unwrap_or(folder).to_owned();
                failures
                    .push(Error::io(&path, error.into_io_error().unwrap_or_else(|| std::io::ErrorKind::Other.into())));
            }
        }
    }
    files.sort();
    Ok((files, failures))
}

fn path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path(err),
        _ => None,
    }
}
