//! `persona prompt`, as a stranger runs it: what one asks for, beside what one sees.

use std::path::Path;

use serde_json::Value;

use crate::command::persona;
use crate::support::assert_beside;

const ADA: &str = "tests/fixtures/valid/everything.yaml";

/// What a command prints, and how it ends.
fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = persona(Path::new("."), arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn prompt(arguments: &[&str]) -> String {
    let (code, shown, errors) = run(&[&["prompt"], arguments].concat());
    assert_eq!((code, errors), (Some(0), String::new()), "{arguments:?}");
    shown
}

#[test]
fn each_format_is_as_shown() {
    let history = tempfile::NamedTempFile::new().expect("a file");
    let messages =
        r#"[{"role": "user", "content": "Good day."}, {"role": "assistant", "content": "Good day to you."}]"#;
    std::fs::write(history.path(), messages).expect("a file");
    let history = history.path().display().to_string();
    for format in ["text", "json", "openai-chat", "openai-responses", "anthropic", "gemini", "ollama"] {
        let shown = prompt(&[
            ADA,
            "--format",
            format,
            "--message",
            "What is Note G?",
            "--history",
            &history,
            "--faq",
            "1",
            "--examples",
            "none",
            "--model",
            "tiny",
            "--var",
            "user=Sam",
        ]);
        if format != "text" {
            serde_json::from_str::<Value>(&shown).unwrap_or_else(|error| panic!("{format}: {error}"));
        }
        assert_beside(&Path::new("tests/fixtures/format").join(format), &shown);
    }
}

#[test]
fn an_explanation_names_the_lines_of_the_file() {
    let shown = prompt(&[ADA, "--explain", "--message", "What is Note G?", "--faq", "1"]);
    assert_beside(Path::new("tests/fixtures/format/explain"), &shown);
    // With a request it goes elsewhere, so that the request can be sent.
    let (code, shown, errors) = run(&["prompt", ADA, "--explain", "--format", "ollama"]);
    assert_eq!(code, Some(0));
    serde_json::from_str::<Value>(&shown).expect("JSON");
    assert!(errors.contains("/description, tests/fixtures/valid/everything.yaml:"), "{errors}");
    let shown: Value = serde_json::from_str(&prompt(&[ADA, "--explain", "--format", "json"])).expect("JSON");
    assert_eq!(shown["explanation"]["pieces"][0]["pointer"], "/system_prompt");
    assert_eq!(shown["report"]["counter"], "estimate");
}

#[test]
fn a_message_brings_in_what_bears_on_it() {
    let file = "personas/leon-trotsky.yaml";
    let questions = |arguments: &[&str]| prompt(&[&[file], arguments].concat()).matches("\n## ").count();
    assert_eq!(questions(&[]), 8);
    assert_eq!(questions(&["--message", "What is permanent revolution?"]), 3);
    assert_eq!(questions(&["--message", "What is permanent revolution?", "--faq", "all"]), 8);
    assert_eq!(questions(&["--message", "What is permanent revolution?", "--faq", "none"]), 0);
    assert_eq!(questions(&["--message", "xyzzy"]), 0);
}

#[test]
fn a_budget_that_is_too_small_says_what_is_needed() {
    let small = prompt(&[ADA, "--max-tokens", "450"]);
    assert!(small.len() < prompt(&[ADA]).len());
    let (code, shown, errors) = run(&["prompt", ADA, "--max-tokens", "10"]);
    assert_eq!((code, shown.as_str()), (Some(2), ""));
    assert!(errors.starts_with("error: the prompt needs at least "), "{errors}");
}

#[test]
fn templates_are_named_or_files() {
    assert!(prompt(&[ADA, "--template", "xml"]).contains("<identity>"));
    // A file extends and includes what stands in its folder.
    let shown = prompt(&[ADA, "--template", "tests/fixtures/templates/chat.jinja", "--var", "mood=calm"]);
    assert_beside(Path::new("tests/fixtures/format/template"), &shown);
    for (name, said) in [("xlm", "did you mean `xml`?"), ("tests/fixtures", ""), ("nowhere.jinja", "nowhere.jinja")] {
        let (code, shown, errors) = run(&["prompt", ADA, "--template", name]);
        assert_eq!((code, shown.as_str()), (Some(2), ""), "{name}");
        assert!(errors.starts_with("error: ") && errors.contains(said), "{name}: {errors}");
    }
}

#[test]
fn lint_tells_the_faults_of_a_template() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("own.jinja");
    let template = |text: &str| std::fs::write(&path, text).expect("a file");
    let path = path.display().to_string();
    template("{% for entry in persona.faq %}{{ entry.anwser }}{% endfor %}{{ mood }}");
    let (code, shown, _) = run(&["prompt", ADA, "--lint", "--template", &path]);
    assert_eq!(code, Some(1));
    assert!(shown.contains("did you mean `answer`?") && shown.contains("`mood` is not defined"), "{shown}");
    template("{% for entry in persona.faq %}{{ entry.answer }}{% endfor %}{{ mood }}");
    let found = run(&["prompt", ADA, "--lint", "--template", &path, "--var", "mood=calm"]);
    assert_eq!(found, (Some(0), String::new(), String::new()));
    for name in ["default", "xml", "plain", "brief"] {
        assert_eq!(run(&["prompt", ADA, "--lint", "--template", name]).0, Some(0));
    }
}

#[test]
fn what_is_asked_for_wrongly_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let half = write("half.json", "[{\"role\": \"user\"");
    let strange = write("strange.json", "[{\"role\": \"\\u001b[31m\", \"content\": \"x\"}]");
    for (arguments, said) in [
        (&["--history", "nowhere.json"][..], "cannot read nowhere.json"),
        (&["--history", &half], "a history is a list such as"),
        (&["--history", &strange], "unknown variant"),
        (&["--faq", "some"], "write all, none, or a number"),
        (&["--format", "telepathy"], "invalid value 'telepathy'"),
        (&["--max-tokens=-1"], "--max-tokens"),
    ] {
        let (code, shown, errors) = run(&[&["prompt", ADA], arguments].concat());
        assert_eq!((code, shown.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(errors.contains(said) && !errors.contains('\u{1b}'), "{arguments:?}: {errors}");
    }
}
