//! What the command knows of folders.

use std::path::Path;
use std::process::Output;

use personas::Catalog;

use crate::command::persona;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

const FAMILY: [(&str, &str); 3] = [
    ("shared/careful.yaml", "spec: persona-fragment/v1\nboundaries: [Gives no medical advice.]\n"),
    (
        "ada.yaml",
        "extends: [careful]\nname: Ada\ndescription: A guide.\nrelated_characters: [{id: bob, name: Bob, relation: mentor}]\n",
    ),
    ("bob.yaml", "name: Bob\ndescription: A guide, too.\n"),
];

#[test]
fn check_knows_files_by_each_other() {
    let folder = folder(&FAMILY);
    let check = |arguments: &[&str]| {
        let output = persona(folder.path(), &[&["check", "--output-format", "concise"], arguments].concat());
        (text(&output.stdout), output.status.code())
    };
    let note = "ada.yaml:4:53: note[one-sided-relation]: `bob` does not name `ada` as `student` in turn\n".to_owned();
    assert_eq!(check(&["."]), (note.clone(), Some(0)));
    // Of one file alone, what it says of others cannot be known.
    assert_eq!(check(&["ada.yaml"]), (String::new(), Some(0)));
    assert_eq!(check(&["ada.yaml", "bob.yaml", "shared"]), (note, Some(0)));
    let (found, code) = check(&["ada.yaml", "bob.yaml"]);
    assert!(found.starts_with("ada.yaml:1:11: error[unknown-parent]: no file here has the id `careful`"), "{found}");
    assert_eq!(code, Some(1));
}

/// A fault in what many extend is told once, and those who extend it are told of it.
#[test]
fn a_fix_of_what_is_extended_mends_those_who_extend_it() {
    let mut files = FAMILY.to_vec();
    files[0].1 = "spec: persona-fragment/v1\nboundries: [Gives no medical advice.]\n";
    let folder = folder(&files);
    let check = |arguments: &[&str]| persona(folder.path(), &[&["check", "."], arguments].concat());
    let found = text(&check(&["--output-format", "concise"]).stdout);
    assert!(found.contains("error[unusable-parent]") && found.contains("error[unknown-key]"), "{found}");
    let difference = check(&["--diff"]);
    assert!(text(&difference.stdout).contains("+boundaries:"), "{}", text(&difference.stdout));
    let mended = check(&["--fix"]);
    assert_eq!(text(&mended.stderr), "3 files checked, 1 note, 1 fix made\n");
    assert_eq!(mended.status.code(), Some(0));
    let shared = std::fs::read_to_string(folder.path().join("shared/careful.yaml")).expect("a file");
    assert_eq!(shared, "spec: persona-fragment/v1\nboundaries: [Gives no medical advice.]\n");
}

#[test]
fn a_team_s_schema_is_of_whole_personas() {
    let mut files = FAMILY.to_vec();
    files.push(("license.yaml", "spec: persona-fragment/v1\nlicense: CC0-1.0\n"));
    files.push(("bob.yaml", "name: Bob\ndescription: A guide.\nextends: [license]\n"));
    let folder = folder(&files);
    std::fs::write(folder.path().join("acme.schema"), "required: [license]\n").expect("a file");
    let output = persona(folder.path(), &["check", ".", "--schema", "acme.schema", "--output-format", "concise"]);
    let errors: Vec<String> =
        text(&output.stdout).lines().filter(|line| line.contains("error")).map(str::to_owned).collect();
    assert_eq!(errors, ["ada.yaml:1:1: error[missing-key]: the key `license` is missing"]);
}

#[test]
fn the_same_is_found_on_any_number_of_threads() {
    let check = |threads: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_persona"))
            .args(["check", "tests/fixtures/catalog", "--output-format", "json"])
            .env("RAYON_NUM_THREADS", threads)
            .env_remove("GITHUB_ACTIONS")
            .output();
        text(&output.expect("the command runs").stdout)
    };
    let one = check("1");
    assert!(one.contains("extends-cycle") && one.contains("duplicate-persona") && one.contains("stale-translation"));
    assert_eq!(one, check("7"));
}

/// The command and the library look at the same files.
#[test]
fn a_catalog_has_the_files_that_the_command_lists() {
    let folder = folder(&[
        ("a.yaml", ""),
        ("b.YML", ""),
        ("inner/c.json", ""),
        ("d.txt", ""),
        (".hidden.yaml", ""),
        ("ignored/e.yaml", ""),
        (".gitignore", "ignored\n"),
    ]);
    let listed =
        text(&persona(Path::new("."), &["check", "--list-files", folder.path().to_str().expect("a path")]).stdout);
    let catalog = Catalog::open(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    let read: String = catalog.documents().iter().map(|document| format!("{}\n", document.source().name())).collect();
    assert_eq!(read, listed);
    assert_eq!(catalog.documents().len(), 3);
}

#[test]
fn prompt_takes_a_folder_and_an_id() {
    let folder = folder(&FAMILY);
    let prompt = |arguments: &[&str]| -> Output { persona(folder.path(), &[&["prompt"], arguments].concat()) };
    std::fs::create_dir(folder.path().join("empty")).expect("a folder");
    let whole = prompt(&[".", "ada"]);
    assert!(text(&whole.stdout).contains("Gives no medical advice."), "{}", text(&whole.stdout));
    assert_eq!(whole.status.code(), Some(0));
    let explained = text(&prompt(&[".", "ada", "--explain"]).stdout);
    assert!(explained.contains("/boundaries/0, ./shared/careful.yaml:2:14"), "{explained}");
    for (arguments, code, shown) in [
        (&["."][..], 2, "error: say which persona of the folder: ada, bob"),
        (&[".", "carl"], 2, "error: no persona has the id carl; there are ada, bob"),
        (&["empty", "ada"], 2, "error: no persona file in empty"),
        (&["ada.yaml", "ada"], 2, "error: ada.yaml is no folder, in which ada could be"),
        (&["ada.yaml"], 1, "error[incomplete-persona]: this file extends `careful`, and is whole only with it"),
        (&[".", "careful"], 1, "error[incomplete-persona]: this file is a fragment, and no persona by itself"),
    ] {
        let output = prompt(arguments);
        assert!(text(&output.stderr).starts_with(shown), "{arguments:?}: {}", text(&output.stderr));
        assert_eq!((output.status.code(), output.stdout.len()), (Some(code), 0), "{arguments:?}");
    }
}

#[test]
fn graph_draws_a_folder() {
    let folder = folder(&FAMILY);
    let output = persona(folder.path(), &["graph", "."]);
    let dot = "digraph personas {
  \"ada\" [label=\"Ada\"];
  \"bob\" [label=\"Bob\"];
  \"ada\" -> \"bob\" [label=\"mentor\"];
}
";
    assert_eq!((text(&output.stdout).as_str(), output.status.code()), (dot, Some(0)));
    let mermaid = text(&persona(folder.path(), &["graph", ".", "--format", "mermaid"]).stdout);
    assert_eq!(mermaid, "flowchart LR\n  p0[\"Ada\"]\n  p1[\"Bob\"]\n  p0 -->|\"mentor\"| p1\n");
    std::fs::write(folder.path().join("broken.yaml"), "nmae: x\n").expect("a file");
    let output = persona(folder.path(), &["graph", "."]);
    assert_eq!((text(&output.stdout).as_str(), output.status.code()), (dot, Some(1)));
    assert!(text(&output.stderr).contains("unknown-key"));
    assert_eq!(persona(folder.path(), &["graph", "nowhere"]).status.code(), Some(2));
}
