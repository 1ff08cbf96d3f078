//! The `persona` command, as a stranger runs it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

pub(crate) fn persona(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_persona"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        .env_remove("GITHUB_ACTIONS")
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

#[test]
fn check_mends_files_and_leaves_the_rest() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ada.yaml");
    let before = "# Ada\nnmae: Ada  # her name\ndescription: A {{gide}}.\nversion: 1.10\n";
    let after = "# Ada\nname: Ada  # her name\ndescription: A {{gide}}.\nversion: \"1.10\"\n";
    std::fs::write(&path, before).expect("a file");
    let output = persona(folder.path(), &["check", ".", "--diff"]);
    let shown = text(&output.stdout);
    assert!(shown.contains("-nmae: Ada  # her name\n") && shown.contains("+name: Ada  # her name\n"), "{shown}");
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), before);
    let output = persona(folder.path(), &["check", ".", "--fix"]);
    assert_eq!(text(&output.stderr), "1 file checked, 1 warning, 2 fixes made\n");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), after);
    let again = persona(folder.path(), &["check", ".", "--fix"]);
    assert_eq!(text(&again.stderr), "1 file checked, 1 warning\n");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "no temporary file is left");
}

#[cfg(unix)]
#[test]
fn mending_keeps_links_and_permissions() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ada.yaml");
    std::fs::write(&path, "nmae: Ada\ndescription: x\n").expect("a file");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("permissions");
    symlink(&path, folder.path().join("link.yaml")).expect("a link");
    assert_eq!(persona(folder.path(), &["check", "link.yaml", "--fix"]).status.code(), Some(0));
    assert!(folder.path().join("link.yaml").is_symlink());
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), "name: Ada\ndescription: x\n");
    assert_eq!(path.metadata().expect("a file").permissions().mode() & 0o777, 0o640);
}

#[test]
fn inputs_are_patterns_and_standard_input() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(folder.path().join("cast/old")).expect("a folder");
    for name in ["cast/a.yaml", "cast/b.yml", "cast/old/c.yaml", "cast/d.json", "e.yaml"] {
        std::fs::write(folder.path().join(name), "{\"name\": \"Ada\", \"description\": \"x\"}").expect("a file");
    }
    let list = |arguments: &[&str]| {
        let output = persona(folder.path(), &[&["check", "--list-files"], arguments].concat());
        text(&output.stdout).lines().map(|line| line.replace('\\', "/")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(list(&["cast"]), "cast/a.yaml cast/b.yml cast/d.json cast/old/c.yaml");
    assert_eq!(list(&["cast", "--exclude", "old/"]), "cast/a.yaml cast/b.yml cast/d.json");
    assert_eq!(list(&["cast/*.yaml"]), "cast/a.yaml");
    assert_eq!(list(&["cast/**/*.yaml", "cast"]), "cast/a.yaml cast/b.yml cast/d.json cast/old/c.yaml");
    assert_eq!(list(&["*.yaml", "e.yaml", "."]), "cast/a.yaml cast/b.yml cast/d.json cast/old/c.yaml e.yaml");

    let mut child = Command::new(env!("CARGO_BIN_EXE_persona"))
        .args(["check", "-", "--stdin-filename", "new.yaml"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), b"name: Ada\ngreting: x\n").expect("a pipe");
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("--> new.yaml:2:1"), "{}", text(&output.stdout));
}

#[test]
fn a_team_s_schema_is_checked_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("ada.yaml", "name: Ada\ndescription: x\n");
    write("acme.schema", "required: [license]\n");
    let output = persona(folder.path(), &["check", "ada.yaml", "--schema", "acme.schema"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("the key `license` is missing"), "{}", text(&output.stdout));
    write("acme.schema", "type: nothing\n");
    let output = persona(folder.path(), &["check", "ada.yaml", "--schema", "acme.schema"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("error[invalid-schema]"), "{}", text(&output.stderr));
}

/// It checks at once, and again when the file changes.
#[test]
fn watch_checks_again() {
    use std::io::{BufRead as _, BufReader};

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ada.yaml");
    std::fs::write(&path, "name: Ada\ndescription: x\n").expect("a file");
    let mut child = Command::new(env!("CARGO_BIN_EXE_persona"))
        .args(["check", ".", "--watch"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    assert_eq!(lines.next().expect("a line").expect("text"), "1 file checked");
    std::fs::write(&path, "name: Ada\ndescription: x\ngreting: Hello!\n").expect("a file");
    assert_eq!(lines.next().expect("a line").expect("text"), "1 file checked, 1 error");
    child.kill().expect("the command is stopped");
    child.wait().expect("the command has ended");
}

#[test]
fn findings_go_where_they_are_asked_to() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ada.yaml"), "name: Ada\ndescription: x\ngreting: Hello!\n").expect("a file");
    let formats = ["--output-format", "concise", "--output-format", "sarif", "--output-file", "found.sarif"];
    let output = persona(folder.path(), &[&["check", "ada.yaml"], &formats[..]].concat());
    assert_eq!(text(&output.stdout), "ada.yaml:3:1: error[unknown-key]: unknown key `greting`\n");
    let sarif = std::fs::read_to_string(folder.path().join("found.sarif")).expect("a file");
    let sarif: serde_json::Value = serde_json::from_str(&sarif).expect("JSON");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "unknown-key");
    let output = persona(folder.path(), &["check", "ada.yaml", "--output-file", "found.txt"]);
    assert!(output.stdout.is_empty());
    assert!(
        std::fs::read_to_string(folder.path().join("found.txt")).expect("a file").starts_with("error[unknown-key]")
    );
    for wrong in [&["--output-format", "xml"][..], &["--output-file", "no/such/folder"]] {
        assert_eq!(
            persona(folder.path(), &[&["check", "ada.yaml"], wrong].concat()).status.code(),
            Some(2),
            "{wrong:?}"
        );
    }
    let in_workflow = Command::new(env!("CARGO_BIN_EXE_persona"))
        .args(["check", "ada.yaml"])
        .current_dir(folder.path())
        .env("GITHUB_ACTIONS", "true")
        .output()
        .expect("the command runs");
    let shown = text(&in_workflow.stdout);
    assert!(shown.contains("error[unknown-key]") && shown.contains("::error file=ada.yaml,line=3,"), "{shown}");
}

/// The same bytes whatever the number of threads.
#[test]
fn findings_come_in_the_same_order_on_any_number_of_threads() {
    let check = |threads: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_persona"))
            .args(["check", "tests/fixtures", "--output-format", "json"])
            .env("RAYON_NUM_THREADS", threads)
            .env_remove("GITHUB_ACTIONS")
            .output();
        text(&output.expect("the command runs").stdout)
    };
    let one = check("1");
    assert!(one.len() > 10_000);
    assert_eq!(one, check("7"));
}

#[test]
fn the_severity_that_fails_is_for_the_caller_to_say() {
    let file = "tests/fixtures/invalid/ambiguous-boolean/words.yaml";
    let code = |arguments: &[&str]| here(&[&["check", file], arguments].concat()).status.code();
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--fail-on", "warning"]), Some(1));
    assert_eq!(here(&["check", "tests/fixtures/ten-mistakes.yaml", "--fail-on", "never"]).status.code(), Some(0));
}

#[test]
fn explain_knows_every_code() {
    for code in personas::Code::ALL {
        let output = here(&["explain", code.name()]);
        assert!(text(&output.stdout).starts_with(&format!("# {code}\n")), "{code}");
    }
    assert_eq!(text(&here(&["explain"]).stdout).lines().count(), personas::Code::ALL.len());
    let output = here(&["explain", "unknwon-key"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("unknown-key"), "{}", text(&output.stderr));
}

#[test]
fn completions_and_the_manual_page_know_the_options() {
    for arguments in [&["completions", "bash"][..], &["completions", "fish"], &["man"]] {
        let output = text(&here(arguments).stdout);
        assert!(output.contains("explain") && output.len() > 500, "{arguments:?}");
    }
    assert!(text(&here(&["completions", "zsh"]).stdout).contains("--unsafe-fixes"));
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
