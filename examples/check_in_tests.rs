//! An app's own test over its folder of personas. Copy `personas_are_valid` into a file below your `tests` folder;
//! here, `cargo run --example check_in_tests` runs it.

use std::path::Path;

use personas::Document;

/// What is wrong with the files of a folder, as a person wants to read it.
fn findings(folder: &Path) -> std::io::Result<String> {
    let mut shown = String::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let document = Document::read(&path).map_err(std::io::Error::other)?;
            if !document.diagnostics().is_empty() {
                shown += &format!("{}\n\n", document.diagnostics());
            }
        }
    }
    Ok(shown)
}

#[cfg_attr(test, test)]
fn personas_are_valid() {
    let findings = findings(Path::new("personas")).expect("the folder can be read");
    assert!(findings.is_empty(), "\n{findings}");
}

fn main() {
    personas_are_valid();
    println!("every persona is valid");
}
