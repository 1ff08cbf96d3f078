//! The GitHub Action and the pre-commit hook: their scripts are run as GitHub and pre-commit run them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_yaml::Value;
use tempfile::TempDir;

use crate::command::persona;

const PERSONA: &str = env!("CARGO_BIN_EXE_persona");

/// Inputs that would leave a file `x` behind, or fall apart, if a shell read them.
const HOSTILE: [&str; 6] =
    ["my personas", ";touch x", "$(touch x)", "`touch x`", "\" && touch x #", "*\\' ${IFS} --help"];

fn yaml(path: &str) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value:?} is no text"))
}

fn steps() -> Vec<Value> {
    yaml("action.yml")["runs"]["steps"].as_sequence().expect("steps").clone()
}

/// The script of the step that has these words in it.
fn script(words: &str) -> String {
    let steps = steps();
    let mut scripts = steps.iter().filter_map(|step| step["run"].as_str()).filter(|script| script.contains(words));
    scripts.next().unwrap_or_else(|| panic!("no step with {words}")).to_owned()
}

/// A runner of GitHub's: a temporary folder of its own, the checked repository, and programs on the path.
struct Runner(TempDir);

impl Runner {
    fn new() -> Self {
        let runner = Self(tempfile::tempdir().expect("a folder"));
        for folder in ["programs", "temporary files/persona/bin", "repository"] {
            std::fs::create_dir_all(runner.path(folder)).expect("a folder");
        }
        runner
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn installed(&self) -> PathBuf {
        self.path("temporary files/persona/bin/persona")
    }

    /// A program that prints its arguments, a line each, and does what else is said.
    ///
    /// Bash writes it: a file that was written here could still be open in a process that another test has just
    /// started, and is then refused as busy.
    fn program(path: &Path, what_else: &str) {
        let program = format!("#!/usr/bin/env bash\nprintf '<%s>\\n' \"$@\"\n{what_else}\n");
        let write = "printf %s \"$1\" > \"$0\" && chmod +x \"$0\"";
        let status = Command::new("bash").args(["-c", write]).arg(path).arg(program).status();
        assert!(status.expect("bash").success());
    }

    fn run(&self, script: &str, variables: &[(&str, &str)]) -> Output {
        let path = std::env::var("PATH").expect("a path");
        Command::new("bash")
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script])
            .current_dir(self.path("repository"))
            .env("PATH", format!("{}:{path}", self.path("programs").display()))
            .env("RUNNER_TEMP", self.path("temporary files"))
            .env("GITHUB_OUTPUT", self.path("output"))
            .env_remove("CLICOLOR_FORCE")
            .envs(variables.iter().copied())
            .output()
            .expect("bash runs")
    }

    /// The arguments that a program of [`Runner::program`] was given.
    fn arguments(&self, script: &str, variables: &[(&str, &str)]) -> Vec<String> {
        let output = self.run(script, variables);
        let shown = String::from_utf8(output.stdout).expect("text");
        assert!(output.status.success(), "{shown}{}", String::from_utf8_lossy(&output.stderr));
        for folder in ["repository/x", "temporary files/persona/x"] {
            assert!(!self.path(folder).exists(), "an input was run: {variables:?}");
        }
        shown.lines().map(|line| line.trim_start_matches('<').trim_end_matches('>').to_owned()).collect()
    }
}

#[test]
fn no_script_has_an_expression_in_it() {
    for step in steps() {
        match (step["run"].as_str(), step["uses"].as_str()) {
            (Some(script), None) => {
                assert!(!script.contains("${{"), "{script}");
                assert_eq!(text(&step["shell"]), "bash", "{script}");
            }
            // A tag can be moved to other code, a commit cannot.
            (None, Some(action)) => {
                let commit = action.rsplit('@').next().unwrap_or_default();
                assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action}");
            }
            _ => panic!("{step:?} is neither a script nor an action"),
        }
    }
}

#[test]
fn every_input_is_described_and_used() {
    let action = std::fs::read_to_string("action.yml").expect("the action");
    let inputs = yaml("action.yml")["inputs"].clone();
    for (name, input) in inputs.as_mapping().expect("inputs") {
        assert!(!text(&input["description"]).is_empty());
        assert!(action.contains(&format!(": ${{{{ inputs.{} }}}}\n", text(name))), "{name:?} is not used");
    }
    assert_eq!(text(&inputs["version"]["default"]), env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_image_is_a_part_of_the_cache_s_key() {
    for (image, expected) in [("ubuntu24", "name=ubuntu24\n"), ("", "name=other\n")] {
        let runner = Runner::new();
        assert!(runner.run(&script("ImageOS"), &[("ImageOS", image)]).status.success());
        assert_eq!(std::fs::read_to_string(runner.path("output")).expect("the output"), expected);
    }
}

#[test]
fn the_command_is_installed_when_it_does_not_run() {
    let runner = Runner::new();
    let install = script("cargo install");
    Runner::program(&runner.path("programs/cargo"), "");
    let arguments = runner.arguments(&install, &[("VERSION", "0.1.0")]).join(" ");
    assert_eq!(arguments, "install --locked personas --features cli --version=0.1.0 --root . --force");
    assert_eq!(env!("CARGO_PKG_NAME"), "personas");
    for version in HOSTILE {
        let arguments = runner.arguments(&install, &[("VERSION", version)]);
        assert_eq!(arguments[5], format!("--version={version}"));
    }

    // One of another image, which does not start here.
    Runner::program(&runner.installed(), "exit 127");
    assert_eq!(runner.arguments(&install, &[("VERSION", "0.1.0")])[1], "install");

    Runner::program(&runner.installed(), "");
    assert_eq!(runner.arguments(&install, &[("VERSION", "0.1.0")]), ["--version"]);

    std::fs::remove_file(runner.installed()).expect("a program");
    Runner::program(&runner.path("programs/cargo"), "exit 101");
    assert_eq!(runner.run(&install, &[("VERSION", "0.1.0")]).status.code(), Some(101));
}

#[test]
fn inputs_reach_the_command_as_they_are() {
    let runner = Runner::new();
    let check = script("persona\" check");
    Runner::program(&runner.installed(), "");
    assert_eq!(runner.arguments(&check, &[("PATHS", "."), ("ARGS", "")]), ["check", "--", "."]);
    let several = [("PATHS", "a b\n\n-c\n"), ("ARGS", "--one\n--two=2 3\n")];
    assert_eq!(runner.arguments(&check, &several), ["check", "--one", "--two=2 3", "--", "a b", "-c"]);
    for input in HOSTILE {
        let arguments = runner.arguments(&check, &[("PATHS", input), ("ARGS", input)]);
        assert_eq!(arguments, ["check", input, "--", input]);
    }
}

/// With the command itself: what the action calls is there, and its exit code is the step's.
#[test]
fn the_action_checks_personas() {
    let runner = Runner::new();
    let check = script("persona\" check");
    std::os::unix::fs::symlink(PERSONA, runner.installed()).expect("a link");
    let folder = runner.path("repository/my personas;touch x");
    std::fs::create_dir(&folder).expect("a folder");
    let inputs = [("PATHS", "my personas;touch x"), ("ARGS", "")];

    std::fs::write(folder.join("ada.yaml"), "name: Ada\ndescription: A guide.\n").expect("a file");
    let output = runner.run(&check, &inputs);
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).trim()), (Some(0), "1 file checked"));

    std::fs::write(folder.join("bob.yaml"), "nmae: Bob\ndescription: A guide.\n").expect("a file");
    let output = runner.run(&check, &inputs);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("my personas;touch x/bob.yaml:1:1"));

    assert_eq!(runner.run(&check, &[("PATHS", "nowhere"), ("ARGS", "")]).status.code(), Some(2));
}

#[test]
fn the_hook_checks_the_files_it_is_given() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let [hook] = hooks.as_sequence().expect("hooks").as_slice() else { panic!("{hooks:?}") };
    for key in ["id", "name", "description", "language", "files", "minimum_pre_commit_version"] {
        assert!(!text(&hook[key]).is_empty(), "{key}");
    }
    let entry: Vec<&str> = text(&hook["entry"]).split(' ').collect();
    assert_eq!(entry[0], Path::new(PERSONA).file_name().expect("a name"));
    for (file, code) in [("personas/leon-trotsky.yaml", 0), ("tests/fixtures/ten-mistakes.yaml", 1)] {
        let output = persona(Path::new("."), &[&entry[1..], &[file]].concat());
        assert_eq!(output.status.code(), Some(code), "{file}");
    }
}
