//! What the reader promises beyond single fixtures: limits, places, and typed values.

use personas::{Checker, Code, Document, ErrorKind, Limits, Map, Persona, Source, Value};

fn codes(document: &Document) -> Vec<Code> {
    document.diagnostics().iter().map(|found| found.code).collect()
}

#[test]
fn a_file_over_the_limit_is_refused() {
    let mut limits = Limits::default();
    limits.bytes = 100;
    let text = format!("name: Ada\ndescription: {}\n", "x".repeat(100));
    assert_eq!(codes(&Checker::new(limits.clone()).check(Source::new("large.yaml", text))), [Code::FileTooLarge]);
}

#[test]
fn a_file_is_read_no_further_than_the_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.yaml");
    std::fs::write(&path, "é".repeat(1000)).expect("a file");
    let mut limits = Limits::default();
    limits.bytes = 100;
    let source = Source::read_with(&path, &limits).expect("a source");
    assert_eq!(source.text().len(), 101);
    assert_eq!(codes(&Checker::new(limits.clone()).check(source)), [Code::FileTooLarge]);
}

#[test]
fn values_are_counted_with_their_aliases() {
    let mut limits = Limits::default();
    limits.nodes = 20;
    let text = "name: Ada\ndescription: x\ntags: &t [a, b, c, d]\ntopics: *t\nadjectives: *t\n";
    let within = Document::parse(Source::new("a.yaml", text));
    assert!(within.diagnostics().is_empty(), "{}", within.diagnostics());
    assert_eq!(codes(&Checker::new(limits.clone()).check(Source::new("a.yaml", text))), [Code::TooLargeExpanded]);
}

#[test]
fn text_is_counted_with_its_aliases() {
    let prose = "long ".repeat(100_000);
    let mut text = format!("name: Ada\ndescription: &d {prose}\nstyle:\n");
    for _ in 0..10_000 {
        text.push_str("  - *d\n");
    }
    assert_eq!(codes(&Document::parse(Source::new("a.yaml", text))), [Code::TooLargeExpanded]);
}

#[test]
fn aliases_cannot_nest_past_the_limit() {
    let mut text = String::from("name: Ada\ndescription: x\nextensions:\n  a0: &a0 [x]\n");
    for level in 1..100 {
        text.push_str(&format!("  a{level}: &a{level} [*a{}]\n", level - 1));
    }
    assert_eq!(codes(&Document::parse(Source::new("a.yaml", text))), [Code::TooDeep]);
}

/// On the stack of a spawned thread, and whatever is asked for.
#[test]
fn the_deepest_nesting_fits_a_small_stack() {
    let deep = |depth: usize| {
        format!("name: Ada\ndescription: x\nextensions: {{a: {}1{}}}\n", "[".repeat(depth), "]".repeat(depth))
    };
    let mut limits = Limits::default();
    limits.depth = usize::MAX;
    let outcome = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
        let document = Checker::new(limits.clone()).check(Source::new("a.yaml", deep(Limits::MAX_DEPTH - 2)));
        assert!(document.diagnostics().is_empty(), "{}", document.diagnostics());
        let persona = document.into_persona().expect("a persona");
        let yaml = persona.to_yaml().expect("YAML");
        assert!(yaml.len() > Limits::MAX_DEPTH);
        persona.prompt().expect("a prompt");
        let deeper = Checker::new(limits.clone()).check(Source::new("a.yaml", deep(100_000)));
        assert_eq!(codes(&deeper), [Code::TooDeep]);
    });
    outcome.expect("a thread").join().expect("no overflow");
}

#[test]
fn findings_past_the_limit_are_counted() {
    let mut limits = Limits::default();
    limits.findings = 3;
    let text = "name: Ada\ndescription: x\na1: 1\nb2: 2\nc3: 3\nd4: 4\ne5: 5\n";
    // Without `validate`, only the first is looked for.
    let document = Checker::new(limits.clone()).check(Source::new("a.yaml", text));
    assert!(document.diagnostics().has_errors());
    if cfg!(feature = "validate") {
        assert_eq!((document.diagnostics().len(), document.diagnostics().omitted()), (3, 2));
        assert!(document.diagnostics().to_string().ends_with("and 2 more"));
    }
}

/// A map with many keys, all twice, is read in linear time and reported within the limit.
#[test]
fn a_large_map_of_duplicates_is_no_trap() {
    let mut text = String::from("name: Ada\ndescription: x\nextensions:\n");
    for round in 0..2 {
        for key in 0..50_000 {
            text.push_str(&format!("  key{key}: {round}\n"));
        }
    }
    let document = Document::parse(Source::new("a.yaml", text));
    assert_eq!(document.diagnostics().len(), Limits::default().findings);
    assert_eq!(document.diagnostics().omitted(), 50_000 - Limits::default().findings);
    assert!(document.diagnostics().iter().all(|found| found.code == Code::DuplicateKey));
}

#[test]
fn an_error_shows_the_place_and_has_its_kind() {
    let error = Persona::from_yaml("name: Ada\ndescription: x\ngreting: Hello!\n").expect_err("a typo");
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let shown = "error[unknown-key]: unknown key `greting`
 --> <persona>:3:1
  |
3 | greting: Hello!
  | ^^^^^^^
  |
  = help: did you mean `greeting`?";
    assert_eq!(error.to_string(), shown);
    assert_eq!(error.diagnostics().map(personas::Diagnostics::len), Some(1));
}

#[test]
fn the_first_typed_fault_has_its_place() {
    for (text, code, line, column) in [
        ("name: Ada\ndescription: x\nfaq: [{question: Why?, anwser: So.}]\n", Code::UnknownKey, 3, 24),
        ("name: Ada\ndescription: x\navatar: {alt: A}\n", Code::MissingKey, 3, 1),
        ("name: Ada\ndescription: x\ntopics: engines\n", Code::WrongType, 3, 9),
        ("name: Ada\ndescription: x\ntagline:\n", Code::WrongType, 3, 1),
        ("name: Ada\ndescription: x\nspec: v1\n", Code::UnknownValue, 3, 7),
        ("- name\n", Code::WrongType, 1, 1),
    ] {
        let document = Document::parse(Source::new("a.yaml", text));
        let found = document.diagnostics().iter().next().expect("a finding");
        let position = document.source().position(found.span.start());
        assert_eq!((found.code, position.line, position.column), (code, line, column), "{}", document.diagnostics());
    }
}

#[test]
fn files_that_cannot_be_read_are_errors() {
    for path in ["tests/no-such-file.yaml", "tests"] {
        let error = Persona::read(path).expect_err("no file");
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.to_string().contains(path), "{error}");
    }
}

#[test]
fn extensions_are_kept_as_they_are() {
    let text =
        "name: Ada\ndescription: x\nextensions:\n  z: 1\n  a: [1.0, 18446744073709551615, \"1\", null, {b: true}]\n";
    let persona = Persona::from_yaml(text).expect("a persona");
    let keys: Vec<&str> = persona.extensions.iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["z", "a"]);
    let expected = Value::List(vec![
        Value::Float(1.0),
        Value::Unsigned(u64::MAX),
        Value::from("1"),
        Value::Null,
        Value::from(Map::from_iter([("b", true)])),
    ]);
    assert_eq!(persona.extensions.get("a"), Some(&expected));
    assert_eq!(Persona::from_yaml(&persona.to_yaml().expect("YAML")).expect("a persona"), persona);
}

#[test]
fn a_document_is_shared_between_threads() {
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<Document>();
    is_shared::<personas::Error>();
    is_shared::<personas::PreparedPrompt>();
}

/// Texts that a search which starts anew at every brace would read for hours.
#[test]
fn a_text_of_braces_is_no_trap() {
    for piece in ["{{", "{{ ", "<|", "<|a", "[INST]", "{{x}}", "\u{200b}", "{{user}}", "a:", "{", "<"] {
        let text = piece.repeat(400_000 / piece.len());
        let yaml = format!("name: Ada\ndescription: |\n  .{text}}}}}|>\ngreeting: \"\\e{}\"\n", text.replace('"', ""));
        let document = Document::parse(Source::new("a.yaml", yaml));
        assert!(document.diagnostics().len() <= Limits::default().findings, "{piece}");
        if let Some(persona) = document.persona() {
            persona.prompt().unwrap_or_else(|error| panic!("{error}"));
        }
    }
}

/// A name is somebody's input too: it neither acts on a terminal nor begins a line.
#[test]
fn a_file_name_stays_in_its_place() {
    let name = "a\n::error::b\u{1b}[31m\u{202e}.yaml";
    let document = Document::parse(Source::new(name, "name: Ada\ndescription: x\ngreting: Hello!\n"));
    let shown = document.diagnostics().to_string();
    assert!(shown.contains(r"--> a\n::error::b\u{1b}[31m\u{202e}.yaml:3:1"), "{shown:?}");
    let long = format!("name: Ada\ndescription: x\ngreting: {}\n", "x".repeat(5000));
    let shown = Document::parse(Source::new(name, long)).diagnostics().to_string();
    assert!(shown.contains(r"--> a\n::error::b\u{1b}[31m\u{202e}.yaml:3:1"), "{shown:?}");
}

#[test]
fn a_folder_is_asserted_valid_in_one_line() {
    personas::assert_valid("tests/fixtures/valid");
    let shown = |path: &'static str| {
        let panic = std::panic::catch_unwind(|| personas::assert_valid(path)).expect_err("not valid");
        panic.downcast_ref::<String>().cloned().unwrap_or_default()
    };
    let both = shown("tests/fixtures/invalid/merge-key");
    assert!(both.contains("flow.yaml:3:14") && both.contains("merge.yaml:6:5"), "{both}");
    assert!(shown("tests/no-such-folder").contains("cannot read"));
    assert!(shown("src/persona").starts_with("no persona file in"));
}
