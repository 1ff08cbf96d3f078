use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::yaml::events::Parsed;

const DEPTH: usize = 64;

/// What the parser says of a text.
fn parsed(text: &str, depth: usize) -> Result<Vec<(Event<'_>, Span)>, String> {
    let mut parser = Parsed::new(text, 0, depth);
    std::iter::from_fn(|| parser.next()).map(|next| next.map_err(|error| format!("{error:?}"))).collect()
}

/// Whether a text is everyday YAML; if so, the parser agrees, to the last byte.
fn agrees(text: &str, depth: usize) -> bool {
    let source = Source::new("a.yaml", text);
    let scanned = scan(&source, depth);
    if let Some(events) = &scanned {
        assert_eq!(Ok(events), parsed(text, depth).as_ref(), "{text}");
    }
    scanned.is_some()
}

fn is_everyday(text: &str) -> bool {
    scan(&Source::new("a.yaml", text), DEPTH).is_some()
}

fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(folder).to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "json") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn text(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).expect("a file")).into_owned()
}

/// Were they not, nothing would be told of it but a clock.
#[test]
fn personas_are_everyday_yaml() {
    let written = files("personas").into_iter();
    // As `benches/peers.py` makes them.
    let made = [PathBuf::from("tests/fixtures/valid/persona-00001.yaml")];
    for path in written.chain(made) {
        assert!(agrees(&text(&path), DEPTH), "{}", path.display());
    }
}

#[test]
fn the_parser_agrees_on_every_fixture() {
    let everyday = files("tests/fixtures").iter().filter(|path| agrees(&text(path), DEPTH)).count();
    assert!(everyday > 30, "{everyday}");
}

#[test]
fn what_is_everyday() {
    for text in [
        "a: b",
        "a: b\n",
        "# comment\n\na: b  # comment\n\n  # comment\nc: d\n",
        "  a: b\n  c: d\n",
        "- a\n- b\n",
        "- - a\n  - b\n-  - c\n",
        "a:\n- b\n- c: d\n  e: f\ng:\n  - h\n",
        "a: # comment\n  b:\n    c: d\ne: f\n",
        "a: |\n  b\n   c\n\n  d\n\n\ne: |-\n  f\n\ng: |+\n  h\n\n# end\n",
        "- |\n a\n- - |\n   b\n",
        "a: |\n  b\n   # no comment\n # comment\nc: d\n",
        "a: |\n  b  \n    \n \n",
        "a: [b , c,\"d\"  , 'e', f's \"g\" ]  # comment\nh: []\ni: [ ]\n",
        "a: \"b: c # d \\\"e\\\" \\\\ \\n\"\nf: 'it''s \\n: {'\n",
        "a: http://b.c/#d:e\nf: {{user}}\n".replace("f: {", "f: x {").as_str(),
        "a: b\n c#d  \n   e # comment\nf:\n- g\n h\n\n- - i\n  - j\n   k",
        "a b (c): d-e, [f] & *g* ! | > ? @ % `\n",
        "é: ü\n日本: 語\n",
        "<<: ~\nyes: no\n1: 2\n",
    ] {
        assert!(agrees(text, DEPTH), "{text}");
    }
}

#[test]
fn what_is_left_to_the_parser() {
    for text in [
        "",
        "\n",
        "# comment\n",
        "a",
        "[a]",
        "{a: b}",
        "a:",
        "a:\nb: c\n",
        "a: b\n\n c\n",
        "a: b\n - c\n",
        "a: b\n \"c\n",
        "a: b\n c: d\n",
        "a: b # comment\n c\n",
        "a: b\n # comment\n c\n",
        "a:\n  b\n",
        "a: b: c\n",
        "a : b\n",
        "a: b #c: d\n  e\n",
        "a: \"b\n  c\"\n",
        "a: \"\\u00e9\"\n",
        "a: \"b\" c\n",
        "a: 'b\n",
        "a: >\n  b\n",
        "a: |2\n  b\n",
        "a: | # comment\n  b\n",
        "a: |\n\n  b\n",
        "a: |\n  b",
        "a: |\nb: c\n",
        "a: &b c\n",
        "a: *b\n",
        "a: !b c\n",
        "? a\n: b\n",
        "- a\nb: c\n",
        "a: b\n- c\n",
        "a:\n  b: c\n d: e\n",
        "--- \na: b\n",
        "---\na: b\n",
        "a: b\n...\n",
        "a: b\n---\nc: d\n",
        "%YAML 1.2\n---\na: b\n",
        "a:\tb\n",
        "a: b\r\n",
        "\u{feff}a: b\n",
        "a: b\u{7f}\n",
        "a: b\u{85}\n",
        "a: b\0\n",
        "a: [b, [c]]\n",
        "a: [b,\n  c]\n",
        "a: [b: c]\n",
        "a: [b, ]\n",
        "a: {b: c}\n",
        "-\n  a\n",
        "- # comment\n  a\n",
        "\"a\": b\n",
        "...: a\n",
    ] {
        assert!(!is_everyday(text), "{text}");
    }
    assert!(is_everyday(&format!("{}a\n", "- ".repeat(DEPTH))));
    assert!(!is_everyday(&format!("{}a\n", "- ".repeat(DEPTH + 1))));
    assert!(!is_everyday(&format!("{}: b\n", "a".repeat(LONGEST_KEY + 1))));
    assert!(!is_everyday(&"- a\n".repeat(MOST_EVENTS + 1)));
    assert!(!is_everyday(&format!("a: [{}b]\n", "b, ".repeat(MOST_EVENTS))));
}

/// Everyday YAML, in many hands.
fn everyday_yaml() -> impl Strategy<Value = String> {
    let comment = prop::sample::select(vec!["", "", "", " # so: it's", "  #", "   "]);
    let scalar = prop::sample::select(vec![
        "a",
        "b c",
        "1.10",
        "~",
        "yes",
        "é 😀",
        "x#y",
        "http://a.b/",
        "a,b [c]",
        "\"a: b\"",
        "'it''s # not'",
        "\"\\\"\"",
        "[]",
        "[a]",
        "[a b, \"c,d\" ,'e', it's]",
        "\"\"",
        "<<",
        "a:b",
        "...",
        "=",
        "it's",
    ]);
    let line = (scalar, comment).prop_map(|(scalar, comment)| vec![format!("{scalar}{comment}")]);
    let content = prop::sample::select(vec!["a", "b: c", "- d", "# e", " f", "é ", "", "", "  ", "\"", "---"]);
    let literal = (prop::sample::select(vec!["|", "|-", "|+"]), prop::collection::vec(content, 0..5), 1..5_usize)
        .prop_map(|(header, lines, indent)| {
            let indented = lines
                .iter()
                .map(|line| if line.is_empty() { String::new() } else { format!("{}{line}", " ".repeat(indent)) });
            std::iter::once(header.to_owned()).chain([format!("{}x", " ".repeat(indent))]).chain(indented).collect()
        });
    let more =
        prop::collection::vec(prop::sample::select(vec!["a", "b #c", "d e  ", "it's", "\u{a0}", "x:y", "e # f"]), 1..4);
    let folded = (more, 1..4_usize).prop_map(|(lines, indent)| {
        let indented = lines.iter().map(|line| format!("{}{line}", " ".repeat(indent)));
        std::iter::once("a b".to_owned()).chain(indented).collect()
    });
    let between =
        prop::sample::select(vec![None, None, None, None, Some(""), Some("# c"), Some("     # d"), Some("  ")]);
    let leaf = prop_oneof![6 => line, 2 => literal, 1 => folded];
    let node = leaf.prop_recursive(5, 40, 5, move |inner| {
        let key = prop::sample::select(vec!["a", "b c", "é", "<<", "k.1", "1"]);
        let is_scalar = |lines: &Vec<String>| {
            let first = lines[0].as_str();
            !first.starts_with("- ") && !first.contains(": ") && !first.trim_end().ends_with(':')
                || first.starts_with(['"', '\'', '['])
        };
        let map =
            prop::collection::vec((key, inner.clone(), 0..4_usize, between.clone()), 1..5).prop_map(move |entries| {
                let mut lines = Vec::new();
                for (key, value, indent, between) in entries {
                    lines.extend(between.map(str::to_owned));
                    if is_scalar(&value) {
                        lines.push(format!("{key}: {}", value[0]));
                        lines.extend(value[1..].iter().cloned());
                    } else {
                        let indent = if value[0].starts_with("- ") { indent } else { indent.max(1) };
                        lines.push(format!("{key}:"));
                        lines.extend(value.iter().map(|line| format!("{}{line}", " ".repeat(indent))));
                    }
                }
                while lines[0].trim_start().starts_with('#') || lines[0].trim().is_empty() {
                    lines.remove(0);
                }
                lines
            });
        let list = prop::collection::vec((inner, 1..4_usize), 1..5).prop_map(|items| {
            let item = |(value, gap): (Vec<String>, usize)| {
                let (first, rest) = value.split_first().expect("a line");
                let first = format!("-{}{first}", " ".repeat(gap));
                let rest = rest.iter().map(move |line| format!("{}{line}", " ".repeat(gap + 1)));
                std::iter::once(first).chain(rest).collect::<Vec<_>>()
            };
            items.into_iter().flat_map(item).collect()
        });
        prop_oneof![2 => map, 1 => list]
    });
    (node, prop::sample::select(vec!["", "\n", "\n\n", "\n# end", "\n  \n", "\n  "]))
        .prop_map(|(lines, end)| lines.join("\n") + end)
}

fn odd_piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "", "", " ", "  ", "\n", "\n\n", "\n  ", "\t", "\r\n", "- ", "-", ": ", ":", "a: ", "# ", " #", "#", "|",
        "|-\n", "|+\n ", ">", "[", "]", ", ", "{", "}", "\"", "'", "\\", "\\n", "&a ", "*a", "!t ", "? ", "%", "---\n",
        "\n---", "...", "\u{feff}", "\u{85}", "\u{2028}", "\u{a0}", "\u{7f}", "\u{9f}", "\0", "é", "😀", "\u{fffe}",
        "\u{fffd}", "~", "<<", "=",
    ])
}

fn broken(text: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), 0..8_usize, odd_piece());
    (text, prop::collection::vec(change, 1..4)).prop_map(|(mut text, changes)| {
        for (at, cut, piece) in changes {
            let boundary =
                |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            let start = boundary(at.index(text.len() + 1));
            text.replace_range(start..boundary(start + cut).max(start), piece);
        }
        text
    })
}

fn a_file() -> impl Strategy<Value = String> {
    let texts: Vec<String> = files("tests/fixtures")
        .iter()
        .chain(&files("personas"))
        .map(|path| text(path))
        .filter(|text| text.len() < 16_000)
        .collect();
    prop::sample::select(texts)
}

/// Two thousand cases, or as many as `PROPTEST_CASES` says.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2_000);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_parser_agrees_on_everyday_yaml(text in everyday_yaml(), depth in prop::sample::select(vec![2, 3, 64])) {
        agrees(&text, depth);
    }

    #[test]
    fn the_parser_agrees_on_broken_yaml(text in broken(everyday_yaml())) {
        agrees(&text, DEPTH);
    }

    #[test]
    fn the_parser_agrees_on_broken_files(text in broken(a_file())) {
        agrees(&text, DEPTH);
    }

    #[test]
    fn the_parser_agrees_on_pieces(pieces in prop::collection::vec(odd_piece(), 0..16)) {
        agrees(&pieces.concat(), DEPTH);
    }
}
