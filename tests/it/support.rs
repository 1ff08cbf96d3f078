use std::path::{Path, PathBuf};

/// The files under a folder of the package, in the order of their names.
pub(crate) fn files(folder: &str, extensions: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
        let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.expect("a folder's entry").path();
            if path.is_dir() {
                walk(&path, extensions, found);
            } else if path.extension().is_some_and(|extension| extensions.iter().any(|known| extension == *known)) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new(folder), extensions, &mut found);
    found.sort();
    assert!(!found.is_empty(), "no file in {folder}");
    found
}

/// The name of a path on every system: with forward slashes.
pub(crate) fn name(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

/// Compares with the `.snap` beside a file; `INSTA_UPDATE=always cargo test --all-features` writes it.
pub(crate) fn assert_beside(path: &Path, shown: &str) {
    let folder = std::path::absolute(path.parent().expect("a file has a folder")).expect("a path");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let stem = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
    settings.bind(|| insta::assert_snapshot!(stem, shown));
}
