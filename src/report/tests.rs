//! What holds for any name and any message, also for those that no finding has today.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::diagnostic::{Code, Diagnostic, is_unprintable};
use crate::pointer::Pointer;
use crate::source::{Source, Span};

/// A report on one file with one finding whose every text is odd.
fn report(format: OutputFormat, name: &str, text: &str) -> String {
    let source = Arc::new(Source::new(name, format!("{text}\n{text}")));
    let span = Span::new(0..source.text().len());
    let found = Diagnostic::new(Code::UnknownKey, text, Pointer::root().key(text), span)
        .help(text)
        .related(span, text)
        .unsafe_fix(span, text);
    let mut diagnostics = Diagnostics::new(source, 1);
    diagnostics.push(found);
    let mut report = Report::new(format, Vec::new()).expect("a report");
    report.add(&diagnostics).expect("a file");
    String::from_utf8(report.finish().expect("the end")).expect("UTF-8")
}

/// Any text, and what might end a string, a line, a tag, an attribute or a property, or begin a command.
fn odd_text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "\u{1b}[31m",
        "\u{9b}",
        "\u{202e}",
        "\u{2028}",
        "\u{e0041}",
        "\u{feff}",
        "\u{fffe}",
        "\u{7f}",
        "\0",
        "\r",
        "\n",
        "\t",
        "::",
        "::error::",
        "::add-mask::",
        "##[error]",
        "##vso[task]",
        "##",
        "#",
        "[",
        "%0A",
        "%25",
        "%",
        ",",
        ":",
        "]]>",
        "\"><x>",
        "<!--",
        "&amp;",
        "&",
        "'",
        "\"",
        "\\",
        "\\u0041",
        "\\u{41}",
        "/",
        "./",
        "{0}",
        "a](b)",
        "\u{23}[",
        " ",
        "é",
        "😀",
        "a",
    ]);
    let piece = prop_oneof![4 => odd.prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// What SARIF's plain text says: a backslash before a bracket or a backslash is not seen, where there might be links.
fn plain(text: &str) -> String {
    let mut characters = text.chars();
    let mut plain = String::new();
    while let Some(character) = characters.next() {
        let escaped = character == '\\' && text.contains("](");
        plain.extend(if escaped { characters.next() } else { Some(character) });
    }
    plain
}

/// What XML keeps of a text.
fn kept(text: &str) -> String {
    let is_kept = |character| matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|character| if is_kept(character) { character } else { '\u{fffd}' }).collect()
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_leaves_its_place(name in odd_text(), text in odd_text()) {
        for &format in OutputFormat::ALL {
            let report = report(format, &name, &text);
            let escaped = |character| character != '\n' && is_unprintable(character);
            prop_assert!(!report.contains(escaped), "{}: {:?}", format, report);
            prop_assert!(report.ends_with('\n') && !report.ends_with("\n\n"), "{}: {:?}", format, report);
            let commands = report.lines().filter(|line| line.trim_start().starts_with("::")).count();
            prop_assert_eq!(commands, usize::from(format == OutputFormat::Github), "{}: {:?}", format, report);
            if format != OutputFormat::Github {
                prop_assert!(!report.contains("##[") && !report.contains("##vso["), "{}: {:?}", format, report);
            }
        }
    }

    #[test]
    fn every_text_is_read_back(name in odd_text(), text in odd_text()) {
        let file = name.replace('\\', "/");
        let lines = [text.as_str(), &text].join("\n");
        let pointer = Pointer::root().key(&text);

        let array = json(&report(OutputFormat::Json, &name, &text));
        let line = report(OutputFormat::JsonLines, &name, &text);
        prop_assert_eq!(line.lines().count(), 1);
        prop_assert_eq!(&array, &Value::from(vec![json(&line)]));
        let found = &array[0];
        prop_assert_eq!(text_of(&found["file"]), &file);
        prop_assert_eq!(text_of(&found["path"]), pointer.as_str());
        prop_assert_eq!(text_of(&found["fix"]["applicability"]), "unsafe");
        let said = [&found["message"], &found["help"][0], &found["related"][0]["message"]];
        for said in said.into_iter().chain([&found["fix"]["edits"][0]["replacement"]]) {
            prop_assert_eq!(text_of(said), &text);
        }

        let source = Source::new(name.as_str(), "");
        let diagnostics = Diagnostics::new(Arc::new(source), 0);
        let checked = CheckedFile::new(&diagnostics);

        let gitlab = &json(&report(OutputFormat::Gitlab, &name, &text))[0];
        prop_assert_eq!(text_of(&gitlab["description"]), [text.as_str(), &text].join("; "));
        prop_assert_eq!(text_of(&gitlab["location"]["path"]), checked.path());

        let rdjson = &json(&report(OutputFormat::Rdjson, &name, &text))["diagnostics"][0];
        prop_assert_eq!(text_of(&rdjson["message"]), &lines);
        prop_assert_eq!(text_of(&rdjson["location"]["path"]), checked.path());
        prop_assert_eq!(text_of(&rdjson["suggestions"][0]["text"]), &text);

        let sarif = &json(&report(OutputFormat::Sarif, &name, &text))["runs"][0]["results"][0];
        prop_assert_eq!(plain(text_of(&sarif["message"]["text"])), lines);
        let inserted = &sarif["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"];
        prop_assert_eq!(text_of(inserted), &text);

        let junit = report(OutputFormat::Junit, &name, &text);
        let junit = roxmltree::Document::parse(&junit).unwrap_or_else(|error| panic!("{error}: {junit}"));
        let failure = junit.descendants().find(|node| node.has_tag_name("failure")).expect("a failure");
        prop_assert_eq!(failure.attribute("message").map(str::to_owned), Some(kept(&text)));
        let case = failure.parent().expect("a case");
        prop_assert_eq!(case.attribute("file").map(str::to_owned), Some(kept(&file)));
    }
}
