//! The `persona` command, as a stranger runs it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

pub(crate) fn persona(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_persona"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::null())
        .output()
        .expect("the command runs")
}

fn here(arguments: &[&str]) -> Output {
    persona(Path::new("."), arguments)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn check_is_quiet_about_what_is_right() {
    let output = here(&["check", "personas"]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), String::new()));
    assert!(text(&output.stderr).ends_with("files checked\n"), "{}", text(&output.stderr));
}

#[test]
fn check_shows_what_is_wrong() {
    let output = here(&["check", "tests/fixtures/invalid/unknown-key/typo.yaml", "tests/fixtures/valid/minimal.yaml"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stdout),
        "error[unknown-key]: unknown key `greting`
 --> tests/fixtures/invalid/unknown-key/typo.yaml:3:1
  |
3 | greting: Hello!
  | ^^^^^^^
  |
  = help: did you mean `greeting`?

"
    );
    assert_eq!(text(&output.stderr), "2 files checked, 1 error\n");
}

#[test]
fn check_walks_folders_and_passes_warnings() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("inner")).expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("a.yaml", "name: Ada\ndescription: yes\n");
    write("inner/b.YML", "name: Ada\ndescription: x\n");
    write("c.json", "{\"name\": \"Ada\", \"description\": \"x\"}");
    write("d.txt", "not a persona");
    write("ignored.yaml", "not: a persona");
    write(".gitignore", "ignored.yaml\n");
    let output = persona(folder.path(), &["check", "."]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).starts_with("warning[ambiguous-boolean]"), "{}", text(&output.stdout));
    assert_eq!(text(&output.stderr), "3 files checked, 1 warning\n");
}

#[test]
fn check_that_cannot_run_is_two() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in
        [&["check", "."][..], &["check", "nowhere.yaml"], &["check"], &["chekc", "."], &["prompt", "nowhere.yaml"]]
    {
        let output = persona(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

/// One file that cannot be read is said, and does not hide the others.
#[test]
fn check_goes_on_after_a_file_it_cannot_read() {
    let output = here(&["check", "nowhere.yaml", "tests/fixtures/invalid/unknown-key/typo.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("unknown-key"));
    assert!(text(&output.stderr).starts_with("error: cannot read `nowhere.yaml`"), "{}", text(&output.stderr));
}

#[test]
fn prompt_takes_templates_and_variables() {
    let folder = tempfile::tempdir().expect("a folder");
    let template = folder.path().join("short.jinja");
    std::fs::write(&template, "{{ char }} to {{ user }}: {{ mood }}\n").expect("a file");
    let template = template.to_str().expect("a path");
    let file = "tests/fixtures/valid/everything.yaml";
    let output = here(&["prompt", file, "--template", template, "--var", "user=Sam", "--var", "mood=a=b"]);
    assert_eq!((text(&output.stdout), output.status.code()), ("Ada Lovelace to Sam: a=b\n".to_owned(), Some(0)));
    let output = here(&["prompt", file, "--template", template]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("error[undefined-variable]: `mood` is not defined"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(here(&["prompt", file, "--var", "mood"]).status.code(), Some(2));
}

#[test]
fn prompt_of_a_broken_file_shows_its_faults() {
    let output = here(&["prompt", "tests/fixtures/ten-mistakes.yaml"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert_eq!(text(&output.stderr).matches("error[").count(), 10);
}

#[test]
fn schema_prints_the_published_schema() {
    assert_eq!(text(&here(&["schema"]).stdout), personas::SCHEMA);
}

#[test]
fn color_is_for_those_who_ask() {
    let file = "tests/fixtures/invalid/unknown-key/typo.yaml";
    assert!(!text(&here(&["check", file]).stdout).contains('\u{1b}'));
    let output = Command::new(env!("CARGO_BIN_EXE_persona")).args(["check", file]).env("CLICOLOR_FORCE", "1").output();
    assert!(text(&output.expect("the command runs").stdout).contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let script = format!("{} schema | head -c 10; echo ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_persona"));
    let output = Command::new("bash").args(["-c", &script]).output().expect("bash");
    assert!(
        text(&output.stdout).ends_with("\n0\n") || text(&output.stdout).ends_with("0\n"),
        "{}",
        text(&output.stdout)
    );
    assert_eq!(text(&output.stderr), "");
}
