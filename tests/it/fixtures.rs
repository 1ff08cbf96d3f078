//! Every fixture yields the code that its folder names, at the place that its snapshot shows.

#![cfg(feature = "validate")]

use std::collections::BTreeSet;

use personas::{Code, Document, Severity, Source};

use crate::support::{assert_beside, files, name};

#[test]
fn invalid_files_yield_the_code_of_their_folder() {
    for path in files("tests/fixtures/invalid", &["yaml"]) {
        let bytes = std::fs::read(&path).expect("a fixture");
        let file_name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let document = Document::parse(Source::from_bytes(file_name, bytes));
        let code = path.parent().and_then(|folder| folder.file_name()).expect("a folder").to_string_lossy();
        let codes: Vec<&str> = document.diagnostics().iter().map(|found| found.code.name()).collect();
        assert!(codes.contains(&&*code), "{}: {codes:?}", name(&path));
        assert_eq!(document.persona().is_some(), !document.diagnostics().has_errors(), "{}", name(&path));
        assert_beside(&path, &document.diagnostics().to_string());
    }
}

/// The files of a folder, named from there.
#[cfg(feature = "catalog")]
fn sources(folder: &std::path::Path) -> Vec<Source> {
    let paths = files(folder.to_str().expect("a path"), &["yaml", "json"]);
    let source = |path: &std::path::PathBuf| {
        let file = name(path.strip_prefix(folder).expect("a file of the folder"));
        Source::new(file, std::fs::read_to_string(path).expect("a file"))
    };
    paths.iter().map(source).collect()
}

#[cfg(feature = "catalog")]
#[test]
fn catalogs_yield_the_code_of_their_name() {
    let mut folders: Vec<_> = std::fs::read_dir("tests/fixtures/catalog")
        .expect("the fixtures")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    for folder in folders {
        let catalog = personas::Catalog::from_sources(sources(&folder));
        let code = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let codes: BTreeSet<&str> = catalog.diagnostics().flatten().map(|found| found.code.name()).collect();
        assert!(codes.contains(&*code), "{code}: {codes:?}");
        let shown: Vec<String> =
            catalog.diagnostics().filter(|found| !found.is_empty()).map(ToString::to_string).collect();
        let whole: Vec<&str> = catalog.iter().map(|entry| entry.id()).collect();
        assert_beside(&folder, &format!("{}\n\nwhole: {}", shown.join("\n\n"), whole.join(", ")));
    }
}

#[test]
fn valid_files_are_clean() {
    for path in files("tests/fixtures/valid", &["yaml", "json"]) {
        let document = Document::read(&path).expect("a fixture");
        assert!(document.diagnostics().is_empty(), "{}", document.diagnostics());
        assert!(document.persona().is_some());
    }
}

#[test]
fn every_code_has_a_fixture() {
    let folders: BTreeSet<String> = ["tests/fixtures/invalid", "tests/fixtures/catalog", "tests/fixtures/prompt"]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(folder).expect("the fixtures"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        // What the command prints in each format stands there, too.
        .filter(|name| name != "format")
        .collect();
    // A file that is too large to keep here, one that is no persona, and what only reading one alone tells; `reading`,
    // `team_schema` and `catalog` have them.
    let made = [Code::FileTooLarge, Code::InvalidSchema, Code::IncompletePersona];
    let made = BTreeSet::from(made.map(|code| code.name().to_owned()));
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| code.name().to_owned()).collect();
    assert_eq!(codes, folders.union(&made).cloned().collect());
}

#[test]
fn ten_mistakes_are_ten_findings() {
    let path = std::path::Path::new("tests/fixtures/ten-mistakes.yaml");
    let document = Document::parse(Source::new("ten-mistakes.yaml", std::fs::read_to_string(path).expect("a fixture")));
    let found: Vec<String> = document
        .diagnostics()
        .iter()
        .map(|found| format!("{} {}", document.source().position(found.span.start()), found.code))
        .collect();
    let expected = [
        "2:7 unknown-value",
        "3:5 invalid-value",
        "4:1 unknown-key",
        "5:10 blank-text",
        "6:10 wrong-type",
        "11:5 unknown-key",
        "12:15 wrong-type",
        "15:7 wrong-type",
        "17:35 duplicate-key",
        "18:16 invalid-yaml",
    ];
    assert_eq!(found, expected);
    assert_eq!(document.diagnostics().count(Severity::Error), expected.len());
}
