//! Fixes: shown as a difference, or written to the file.

use std::io::{self, Write};
use std::path::Path;

use similar::TextDiff;
use tempfile::NamedTempFile;

/// Replaces a file at once: whoever reads it sees the old text or the new one, and a failure leaves the old.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link stays a link; the file that it leads to is replaced.
    let path = path.canonicalize()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(path.metadata()?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// What fixes would change, as a unified difference.
pub(crate) fn difference(name: &str, before: &str, after: &str) -> String {
    let name = name.escape_debug().to_string();
    let shown = TextDiff::from_lines(before, after).unified_diff().header(&name, &name).to_string();
    // What a file holds must not act on a terminal.
    let is_harmless = |character: char| !character.is_control() || matches!(character, '\n' | '\t');
    shown.chars().map(|character| if is_harmless(character) { character } else { '\u{fffd}' }).collect()
}
