//! Reports in every format: as one sees them, and read back by what reads such a format.

use std::collections::BTreeSet;
use std::path::Path;

use personas::{
    Applicability, Checker, Code, Diagnostics, Document, ErrorKind, Limits, OutputFormat, Report, Severity, Source,
    Span,
};
use serde_json::{Value, json};

use crate::support::assert_beside;

/// What an author may call a file or a key so that a report says what it should not.
const HOSTILE: [&str; 11] = [
    "\u{1b}[31m",
    "\u{202e}lmay",
    "::error::forged",
    "##[error]forged",
    "%0A::error::forged",
    "]]>",
    "\"><x>&amp;",
    "a\nb",
    "quote\"'",
    "back\\slash",
    "[here](https://example.org)",
];

/// Several findings, none, milder ones, hostile ones, and more than the limit.
fn documents() -> Vec<Document> {
    let fixture =
        |name: &str| std::fs::read_to_string(Path::new("tests/fixtures/report").join(name)).expect("a fixture");
    let mut documents = vec![
        Document::parse(Source::new("./personas\\several.yaml", fixture("several.yaml"))),
        Document::parse(Source::new("personas/clean.yaml", "name: Ada\ndescription: A guide.\n")),
    ];
    let long = "      She wrote, and wrote, and wrote.\n".repeat(400);
    let mild = format!("name: Ada\ndescription: For {{{{usr}}}}.\nfaq:\n  - question: Well?\n    answer: |\n{long}");
    documents.push(Document::parse(Source::new("personas/mild.yaml", mild)));
    for hostile in HOSTILE {
        let key = serde_json::to_string(hostile).expect("JSON");
        let raw = hostile.replace('\n', " ");
        let text = format!("name: Ada\ndescription: x\n{key}: 1 # {raw}\n");
        documents.push(Document::parse(Source::new(format!("{hostile}.yaml"), text)));
    }
    let mut limits = Limits::default();
    limits.findings = 1;
    documents.push(Checker::new(limits).check(Source::new("/many.yaml", "a: 1\nb: 2\nc: 3\n")));
    documents
}

fn report<'a>(format: OutputFormat, files: impl IntoIterator<Item = &'a Diagnostics>) -> String {
    let mut report = Report::new(format, Vec::new()).expect("a report");
    for diagnostics in files {
        report.add(diagnostics).expect("a file");
    }
    String::from_utf8(report.finish().expect("the end")).expect("UTF-8")
}

fn report_on(format: OutputFormat, documents: &[Document]) -> String {
    report(format, documents.iter().map(Document::diagnostics))
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What every format has to tell: file, code, severity and message of all findings, in order.
fn findings(documents: &[Document]) -> Vec<[String; 4]> {
    let mut findings = Vec::new();
    for document in documents {
        let file = document.source().name().replace('\\', "/");
        for found in document.diagnostics() {
            findings.push([file.clone(), found.code.to_string(), found.severity.to_string(), found.message.clone()]);
        }
        if document.diagnostics().omitted() > 0 {
            let message = format!("and {} more", document.diagnostics().omitted());
            findings.push([file, "more-findings".to_owned(), "error".to_owned(), message]);
        }
    }
    findings
}

fn texts(values: &[&Value]) -> Vec<String> {
    values.iter().map(|value| value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()).collect()
}

#[test]
fn each_format_is_as_shown() {
    let documents = documents();
    for format in OutputFormat::ALL {
        let shown = report_on(*format, &documents);
        assert_eq!(shown, report_on(*format, &documents));
        let mut lines: Vec<String> = shown.lines().map(str::to_owned).collect();
        if *format == OutputFormat::Sarif {
            // The version and all rules, which change for other reasons; so do the places of rules.
            lines[0] = "…".to_owned();
            for line in &mut lines {
                *line = without_rule_index(line);
            }
        }
        assert_beside(&Path::new("tests/fixtures/report").join(format.name()), &lines.join("\n"));
    }
}

fn without_rule_index(line: &str) -> String {
    match line.split_once("\"ruleIndex\":") {
        Some((before, after)) => {
            format!("{before}\"ruleIndex\":…{}", after.trim_start_matches(|digit: char| digit.is_ascii_digit()))
        }
        None => line.to_owned(),
    }
}

#[test]
fn a_report_on_nothing_is_whole() {
    for format in OutputFormat::ALL {
        let shown = report(*format, []);
        match format {
            OutputFormat::Json | OutputFormat::Gitlab => assert_eq!(shown, "[]\n"),
            OutputFormat::Sarif => assert_eq!(parse(&shown)["runs"][0]["results"], json!([])),
            OutputFormat::Rdjson => assert_eq!(parse(&shown)["diagnostics"], json!([])),
            OutputFormat::Junit => assert!(roxmltree::Document::parse(&shown).is_ok(), "{shown}"),
            _ => assert_eq!(shown, ""),
        }
    }
}

#[test]
fn only_what_is_seen_is_written() {
    let documents = documents();
    for format in OutputFormat::ALL {
        let shown = report_on(*format, &documents);
        let hidden = |shown: char| (shown.is_control() && shown != '\n') || shown == '\u{202e}';
        assert!(!shown.contains(hidden), "{format}: {shown:?}");
        let commands = shown.lines().filter(|line| line.trim_start().starts_with("::")).count();
        let expected = if *format == OutputFormat::Github { findings(&documents).len() } else { 0 };
        assert_eq!(commands, expected, "{format}");
        assert!(!shown.contains("##["), "{format}");
    }
}

#[test]
fn full_can_be_colored() {
    let documents = documents();
    let colored = |format| {
        let mut report =
            Report::new(format, Vec::new()).expect("a report").with_renderer(personas::Renderer::colored());
        for document in &documents {
            report.add(document.diagnostics()).expect("a file");
        }
        String::from_utf8(report.finish().expect("the end")).expect("UTF-8")
    };
    let shown = colored(OutputFormat::Full);
    let mut plain = String::new();
    for (index, piece) in shown.split("\u{1b}[").enumerate() {
        let color = if index == 0 { 0 } else { piece.find('m').expect("only colours") + 1 };
        plain += &piece[color..];
    }
    assert!(plain.len() < shown.len());
    assert_eq!(plain, report_on(OutputFormat::Full, &documents));
    assert_eq!(colored(OutputFormat::Concise), report_on(OutputFormat::Concise, &documents));
}

#[test]
fn concise_is_a_line_for_each_finding() {
    let documents = documents();
    let shown = report_on(OutputFormat::Concise, &documents);
    let found = findings(&documents);
    assert_eq!(shown.lines().count(), found.len());
    for (line, [_, code, severity, _]) in shown.lines().zip(found) {
        assert!(line.contains(&format!(": {severity}[{code}]: ")), "{line}");
    }
    assert!(shown.starts_with("./personas/several.yaml:5:1: error[unknown-key]: "), "{shown}");
}

#[test]
fn json_says_all_there_is() {
    let documents = documents();
    let array = parse(&report_on(OutputFormat::Json, &documents));
    let lines: Vec<Value> = report_on(OutputFormat::JsonLines, &documents).lines().map(parse).collect();
    assert_eq!(array, Value::from(lines.clone()));
    let read: Vec<Vec<String>> = lines
        .iter()
        .map(|found| texts(&[&found["file"], &found["code"], &found["severity"], &found["message"]]))
        .collect();
    assert_eq!(read, findings(&documents));

    let mut objects = lines.iter();
    for document in &documents {
        let source = document.source();
        let place = |span: Span| {
            let [start, end] = [span.start(), span.end()].map(|byte| {
                let position = source.position(byte);
                json!({"line": position.line, "column": position.column, "byte": byte})
            });
            (start, end)
        };
        for (found, object) in document.diagnostics().iter().zip(&mut objects) {
            let (start, end) = place(found.span);
            assert_eq!((&object["start"], &object["end"]), (&start, &end));
            assert_eq!(object["path"], found.pointer.as_str());
            assert_eq!(object["help"], json!(found.help));
            for (label, object) in found.related.iter().zip(object["related"].as_array().expect("an array")) {
                let (start, end) = place(label.span);
                assert_eq!(*object, json!({"message": label.message, "start": start, "end": end}));
            }
            let Some(fix) = &found.fix else {
                assert!(object["fix"].is_null());
                continue;
            };
            let safe = fix.applicability == Applicability::Safe;
            assert_eq!(object["fix"]["applicability"], if safe { "safe" } else { "unsafe" });
            for (edit, object) in fix.edits.iter().zip(object["fix"]["edits"].as_array().expect("an array")) {
                let (start, end) = place(edit.span);
                assert_eq!(*object, json!({"start": start, "end": end, "replacement": edit.replacement}));
            }
        }
        if document.diagnostics().omitted() > 0 {
            objects.next();
        }
    }
    assert!(lines.iter().any(|object| object["fix"]["applicability"] == "safe"));
    assert!(lines.iter().any(|object| object["fix"]["applicability"] == "unsafe"));
    assert!(lines.iter().any(|object| object["related"][0].is_object()));
    assert!(lines.iter().any(|object| object["start"]["column"] != json!(1)));
}

/// A workflow command as the runner reads it, and nothing that it would have to guess at.
fn command(line: &str) -> (String, Vec<(String, String)>, String) {
    let (command, data) = line.strip_prefix("::").and_then(|rest| rest.split_once("::")).expect("a command");
    let (name, properties) = command.split_once(' ').expect("properties");
    let properties = properties.split(',').map(|property| {
        let (key, value) = property.split_once('=').expect("a property");
        assert!(!value.contains(':'), "{line}");
        (key.to_owned(), unescape(value, &["%0D", "%0A", "%3A", "%2C", "%25"]))
    });
    (name.to_owned(), properties.collect(), unescape(data, &["%0D", "%0A", "%25"]))
}

fn unescape(text: &str, escapes: &[&str]) -> String {
    let mut pieces = text.split('%');
    let mut unescaped = pieces.next().expect("a first piece").to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).expect("two digits");
        assert!(escapes.contains(&format!("%{digits}").as_str()), "{text}");
        unescaped.push(char::from(u8::from_str_radix(digits, 16).expect("hexadecimal digits")));
        unescaped += rest;
    }
    unescaped
}

/// Text as `github` shows it: what cannot be seen is an escape.
fn visible(text: &str) -> String {
    let character = |character: char| match character {
        '\u{1b}' | '\u{202e}' | '\n' => character.escape_default().to_string(),
        other => other.to_string(),
    };
    text.chars().map(character).collect::<String>().replace("##[", r"#\u{23}[")
}

#[test]
fn github_reads_one_command_for_each_finding() {
    let documents = documents();
    let shown = report_on(OutputFormat::Github, &documents);
    let keys = ["file", "line", "col", "endLine", "endColumn", "title"];
    let mut lines = shown.lines();
    for [file, code, severity, message] in findings(&documents) {
        let (name, properties, data) = command(lines.next().expect("a line"));
        assert_eq!(name, if severity == "note" { "notice" } else { &severity });
        assert_eq!(properties.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), keys);
        assert_eq!(properties[0].1, visible(file.trim_start_matches("./")));
        assert!(properties[1..5].iter().all(|(_, number)| number.parse::<u32>().is_ok_and(|number| number > 0)));
        assert_eq!(properties[5].1, code);
        assert_eq!(data.lines().next(), Some(visible(&message).as_str()));
    }
    assert_eq!(lines.next(), None);
    assert!(shown.contains("unknown key `greting`%0Adid you mean `greeting`?\n"), "{shown}");
}

#[test]
fn gitlab_reads_a_code_quality_report() {
    let documents = documents();
    let violations = parse(&report_on(OutputFormat::Gitlab, &documents));
    let violations = violations.as_array().expect("an array");
    assert_eq!(violations.len(), findings(&documents).len());
    for (violation, [file, code, severity, message]) in violations.iter().zip(findings(&documents)) {
        assert!(violation["description"].as_str().expect("text").starts_with(&message));
        assert_eq!(violation["check_name"], code);
        let expected = match severity.as_str() {
            "error" => "major",
            "warning" => "minor",
            _ => "info",
        };
        assert_eq!(violation["severity"], expected);
        assert_eq!(violation["location"]["path"], file.trim_start_matches("./"));
        assert!(violation["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0));
        assert_eq!(violation.as_object().expect("an object").len(), 5);
    }
    let fingerprints: BTreeSet<&str> =
        violations.iter().map(|violation| violation["fingerprint"].as_str().expect("text")).collect();
    assert_eq!(fingerprints.len(), violations.len());
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let text = "name: Ada\ndescription: x\ngreting: Hello!\ngreting: Hello!\n";
    let fingerprints = |name: &str, text: &str| -> Vec<Value> {
        let document = Document::parse(Source::new(name, text));
        let gitlab = parse(&report(OutputFormat::Gitlab, [document.diagnostics()]));
        let sarif = parse(&report(OutputFormat::Sarif, [document.diagnostics()]));
        let gitlab: Vec<Value> =
            gitlab.as_array().expect("an array").iter().map(|found| found["fingerprint"].clone()).collect();
        let results = sarif["runs"][0]["results"].as_array().expect("results");
        let sarif: Vec<&Value> =
            results.iter().map(|result| &result["partialFingerprints"]["personaFinding/v1"]).collect();
        assert_eq!(gitlab.iter().collect::<Vec<_>>(), sarif);
        gitlab
    };
    let first = fingerprints("ada.yaml", text);
    assert!(first.len() > 1);
    assert_eq!(first, fingerprints("./ada.yaml", &format!("# a line\n\n{text}")));
    let other = fingerprints("grace.yaml", text);
    assert!(first.iter().all(|fingerprint| !other.contains(fingerprint)));
    // What servers have kept of the last report must be what this one says, release after release.
    assert_eq!(fingerprints("ada.yaml", "name: Ada\ndescription: x\nzodiac: 1\n"), ["dce8f96f4b49d077"]);
}

#[test]
fn junit_counts_what_it_lists() {
    let documents = documents();
    let shown = report_on(OutputFormat::Junit, &documents);
    let parsed = roxmltree::Document::parse(&shown).expect("XML");
    let suites: Vec<_> = parsed.root_element().children().filter(roxmltree::Node::is_element).collect();
    assert_eq!(suites.len(), documents.len());
    for (suite, document) in suites.iter().zip(&documents) {
        let diagnostics = document.diagnostics();
        let count = |attribute: &str| suite.attribute(attribute).and_then(|count| count.parse::<usize>().ok());
        let tagged = |tag: &'static str| suite.descendants().filter(move |node| node.has_tag_name(tag));
        let name = document.source().name().replace('\\', "/").replace('\u{1b}', "\u{fffd}");
        assert_eq!(suite.attribute("name"), Some(name.as_str()));
        assert_eq!(count("tests"), Some(tagged("testcase").count()));
        assert_eq!(count("failures"), Some(tagged("failure").count()));
        assert_eq!(count("errors"), Some(0));
        let others = usize::from(diagnostics.omitted() > 0);
        assert_eq!(tagged("failure").count(), diagnostics.count(Severity::Error) + others);
        assert_eq!(tagged("testcase").count(), (diagnostics.len() + others).max(1));
        for (case, found) in tagged("testcase").zip(diagnostics) {
            let position = document.source().position(found.span.start());
            assert_eq!(case.attribute("name"), Some(format!("{} at {position}", found.code).as_str()));
            if let Some(failure) = case.children().find(|node| node.has_tag_name("failure")) {
                assert_eq!(failure.attribute("message"), Some(found.message.as_str()));
                assert_eq!(failure.attribute("type"), Some(found.code.name()));
            }
        }
    }
}

#[test]
fn sarif_is_as_its_schema_says() {
    let documents = documents();
    let schema = std::fs::read_to_string("tests/fixtures/report/sarif-2.1.0.schema.json").expect("the schema");
    let validator = jsonschema::options().should_validate_formats(true).build(&parse(&schema)).expect("a schema");
    for files in [&documents[..], &[]] {
        let shown = parse(&report_on(OutputFormat::Sarif, files));
        let faults: Vec<String> =
            validator.iter_errors(&shown).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }
    // The schema does see what is wrong.
    let mut wrong = parse(&report_on(OutputFormat::Sarif, &documents));
    wrong["runs"][0]["results"][0]["level"] = json!("fatal");
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn sarif_says_all_there_is() {
    let documents = documents();
    let shown = parse(&report_on(OutputFormat::Sarif, &documents));
    let run = &shown["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["version"], env!("CARGO_PKG_VERSION"));
    let rules = driver["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), Code::ALL.len());
    for (rule, code) in rules.iter().zip(Code::ALL) {
        assert_eq!(rule["id"], code.name());
        assert_eq!(rule["shortDescription"]["text"], code.summary());
        assert_eq!(rule["help"]["text"], code.explanation());
        assert_eq!(rule["help"]["markdown"], code.explanation());
        assert_eq!(rule["defaultConfiguration"]["level"], code.severity().name());
    }
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), findings(&documents).len());
    for (result, [_, code, severity, message]) in results.iter().zip(findings(&documents)) {
        assert_eq!(result["ruleId"], code);
        match result["ruleIndex"].as_u64() {
            Some(index) => assert_eq!(rules[usize::try_from(index).expect("an index")]["id"], code),
            None => assert_eq!(code, "more-findings"),
        }
        assert_eq!(result["level"], severity);
        let text = result["message"]["text"].as_str().expect("text");
        assert!(message.contains("](") || text.starts_with(&message), "{text}");
        assert!(!text.contains("[here]("), "{text}");
    }
    let mut results = results.iter();
    for document in &documents {
        for (found, result) in document.diagnostics().iter().zip(&mut results) {
            let region = &result["locations"][0]["physicalLocation"]["region"];
            let start = document.source().position(found.span.start());
            assert_eq!((&region["startLine"], &region["startColumn"]), (&json!(start.line), &json!(start.column)));
            assert_eq!(
                (&region["byteOffset"], &region["byteLength"]),
                (&json!(start.byte), &json!(found.span.range().len()))
            );
            assert_eq!(result["relatedLocations"].as_array().map_or(0, Vec::len), found.related.len());
            assert_eq!(result["fixes"].is_array(), found.fix.is_some());
        }
        if document.diagnostics().omitted() > 0 {
            results.next();
        }
    }
}

#[test]
fn sarif_names_files_by_uri() {
    for (name, uri) in [
        ("./personas/ada.yaml", "personas/ada.yaml"),
        ("personas\\ada.yaml", "personas/ada.yaml"),
        ("../ada lovelace#1?.yaml", "../ada%20lovelace%231%3F.yaml"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("//example.org/ada.yaml", "file:///example.org/ada.yaml"),
        ("/home/ada.yaml", "file:///home/ada.yaml"),
        ("C:\\ada.yaml", "file:///C:/ada.yaml"),
        ("é.yaml", "%C3%A9.yaml"),
    ] {
        let document = Document::parse(Source::new(name, ""));
        let shown = parse(&report(OutputFormat::Sarif, [document.diagnostics()]));
        let location = &shown["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], uri);
    }
}

#[test]
fn rdjson_counts_columns_in_bytes() {
    let documents = documents();
    let shown = parse(&report_on(OutputFormat::Rdjson, &documents));
    assert_eq!(shown["source"]["name"], "persona");
    let diagnostics = shown["diagnostics"].as_array().expect("an array");
    assert_eq!(diagnostics.len(), findings(&documents).len());
    let mut objects = diagnostics.iter();
    for document in &documents {
        let lines: Vec<&str> = document.source().text().split_inclusive('\n').collect();
        // What a range covers, as reviewdog takes it from the lines of a file.
        let covered = |range: &Value| {
            let byte = |position: &Value| {
                let number = |key: &str| usize::try_from(position[key].as_u64().expect("a number")).expect("a size");
                lines[..number("line") - 1].iter().map(|line| line.len()).sum::<usize>() + number("column") - 1
            };
            byte(&range["start"])..byte(&range["end"])
        };
        for (found, object) in document.diagnostics().iter().zip(&mut objects) {
            assert_eq!(covered(&object["location"]["range"]), found.span.range());
            let severity = if found.severity == Severity::Note { "info" } else { found.severity.name() };
            assert_eq!(object["severity"], severity.to_uppercase());
            assert_eq!(object["code"]["value"], found.code.name());
            let text = object["message"].as_str().expect("text");
            assert_eq!(text.lines().next(), Some(found.message.as_str()));
            for edit in found.fix.iter().flat_map(|fix| &fix.edits) {
                assert_eq!(covered(&object["suggestions"][0]["range"]), edit.span.range());
                assert_eq!(object["suggestions"][0]["text"], edit.replacement);
            }
        }
        if document.diagnostics().omitted() > 0 {
            objects.next();
        }
    }
}

#[test]
fn columns_know_of_a_byte_order_mark() {
    let document = Document::parse(Source::new("bom.yaml", "\u{feff}näme: Ada\nname: Ada\ndescription: x\n"));
    let json = parse(&report(OutputFormat::Json, [document.diagnostics()]));
    assert_eq!(json[0]["start"], json!({"line": 1, "column": 1, "byte": 3}));
    assert_eq!(json[0]["end"], json!({"line": 1, "column": 5, "byte": 8}));
    let rdjson = parse(&report(OutputFormat::Rdjson, [document.diagnostics()]));
    let range = &rdjson["diagnostics"][0]["location"]["range"];
    assert_eq!(*range, json!({"start": {"line": 1, "column": 4}, "end": {"line": 1, "column": 9}}));
}

/// Each file is written when it is added, and not kept until the end.
#[test]
fn a_report_is_written_as_it_comes() {
    let documents = documents();
    for format in OutputFormat::ALL {
        let mut written = Vec::new();
        let mut report = Report::new(*format, &mut written).expect("a report");
        report.add(documents[0].diagnostics()).expect("a file");
        drop(report);
        let written = String::from_utf8(written).expect("UTF-8");
        assert!(written.contains("greting"), "{format}: {written}");
    }
}

#[test]
fn a_writer_that_fails_is_an_error() {
    let documents = documents();
    for format in OutputFormat::ALL {
        let mut small = [0; 300];
        let written = Report::new(*format, &mut small[..]).and_then(|mut report| {
            documents.iter().try_for_each(|document| report.add(document.diagnostics()))?;
            report.finish().map(drop)
        });
        assert!(written.is_err(), "{format}");
    }
}

#[test]
fn formats_are_known_by_name() {
    for format in OutputFormat::ALL {
        assert_eq!(format.to_string().parse::<OutputFormat>().expect("a format"), *format);
    }
    let error = "yaml".parse::<OutputFormat>().expect_err("no format");
    assert_eq!(error.kind(), ErrorKind::Argument);
    assert_eq!(
        error.to_string(),
        "unknown output format `yaml`; write one of full, concise, json, json-lines, github, gitlab, junit, sarif, rdjson"
    );
    let error = "JSONL".parse::<OutputFormat>().expect_err("no format");
    assert_eq!(error.to_string(), "unknown output format `JSONL`; did you mean `json`?");
}
