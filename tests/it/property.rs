//! What holds for any text.

use personas::{Code, Document, Faq, Persona, Renderer, Source};
use proptest::prelude::*;

use crate::support::files;

/// Reads a text and looks at every promise that does not depend on what it says.
fn assert_sound(source: Source) {
    let document = Document::parse(source);
    let text = document.source().text();
    for found in document.diagnostics() {
        let related = found.related.iter().map(|label| label.span);
        let fixed = found.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        for span in std::iter::once(found.span).chain(related).chain(fixed) {
            assert!(text.get(span.range()).is_some(), "{span:?} of {} bytes: {found:?}", text.len());
            let position = document.source().position(span.start());
            assert!(position.line >= 1 && position.column >= 1);
        }
        assert!(!found.message.contains(char::is_control), "{:?}", found.message);
        assert!(!found.help.iter().any(|help| help.contains(char::is_control)), "{:?}", found.help);
    }
    let shown = document.diagnostics().to_string();
    assert!(!shown.contains(|shown: char| shown.is_control() && shown != '\n'), "{shown:?}");
    let _ = Renderer::colored().width(40).render(document.diagnostics());
    if document.persona().is_none() && !document.diagnostics().has_errors() {
        let error = document.clone().into_persona().expect_err("no persona");
        let found = error.diagnostics().expect("findings").iter().map(|found| found.code);
        assert!(found.into_iter().any(|code| code == Code::IncompletePersona), "{error}");
    }
    assert!(document.persona().is_none() || !document.diagnostics().has_errors());
    if let Some(persona) = document.persona() {
        let yaml = persona.to_yaml().expect("YAML");
        let again = Document::parse(Source::new("again.yaml", yaml.as_str()));
        assert_eq!(again.persona(), Some(persona), "{yaml}\n{}", again.diagnostics());
        assert_eq!(again.persona().expect("a persona").to_yaml().expect("YAML"), yaml);
    }
}

/// A fixture that was broken: a piece cut out, and something odd put in.
fn broken_fixture() -> impl Strategy<Value = Vec<u8>> {
    let texts: Vec<Vec<u8>> = files("tests/fixtures", &["yaml", "json"])
        .into_iter()
        .chain(files("personas", &["yaml"]))
        .map(|path| std::fs::read(path).expect("a fixture"))
        .filter(|text| text.len() < 40_000)
        .collect();
    let odd = prop::sample::select(vec![
        "",
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        ": ",
        "- ",
        "\n",
        "\r\n",
        "\t",
        "&a ",
        "*a",
        "!t ",
        "|",
        ">-",
        "#",
        "---\n",
        "\u{feff}",
        "é",
        "😀",
        "\0",
        "\u{1b}[31m",
        "\u{202e}",
        "? ",
        "%",
        "yes",
        "\n\n  ",
        "\\",
        "\u{9b}",
        "~",
        ".nan",
    ]);
    (prop::sample::select(texts), any::<prop::sample::Index>(), 0..40_usize, odd).prop_map(|(text, at, cut, odd)| {
        let start = at.index(text.len() + 1);
        let end = (start + cut).min(text.len());
        [&text[..start], odd.as_bytes(), &text[end..]].concat()
    })
}

/// Text with what is hard about YAML in it.
fn hard_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        " ", "  ", "\n", "\n\n", "\t", "a", "é", "😀", ": ", " #", "- ", "'", "\"", "|", ">", "{{user}}", "[", "]",
        "%", "@", "`", "yes", "1.10", "null", "~", "...", "---", "\\", "\u{85}", "\u{2028}", "\u{7}", "\u{a0}", "*",
        "&", "!", "<<", "\r", "\r\n", "\u{feff}", "  \n", "?", "0x1F", "=",
    ]);
    prop::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
}

/// Two thousand cases, or as many as `PROPTEST_CASES` says.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2_000);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn broken_files_are_reported(bytes in broken_fixture()) {
        assert_sound(Source::from_bytes("broken.yaml", bytes));
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,80}|[-a-c:#\\[\\]{}&*!|>'\"%@`,? \n\t]{0,80}") {
        assert_sound(Source::new("any.yaml", text));
    }

    #[test]
    fn what_is_written_is_read(name in hard_text(), description in hard_text(), answers in prop::collection::vec(hard_text(), 0..4)) {
        let mut persona = Persona::new(format!("A{}", name.replace(['\n', '\r'], " ")), format!("{description}."));
        for answer in &answers {
            persona.faq.push(Faq::new(format!("{answer}?"), format!("{answer}!")));
            persona.style.push(format!("{answer}x"));
            persona.extensions.insert(format!("key {answer}"), answer.as_str());
        }
        let yaml = persona.to_yaml().expect("YAML");
        let document = Document::parse(Source::new("written.yaml", yaml.as_str()));
        prop_assert!(!document.diagnostics().has_errors(), "{}\n{}", yaml, document.diagnostics());
        prop_assert_eq!(document.persona(), Some(&persona), "{}", yaml);
    }
}
