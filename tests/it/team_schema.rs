//! A team's own schema beside the format's.

#![cfg(feature = "validate")]

use personas::{Checker, Code, Document, Schema, Source};

use crate::support::assert_beside;

fn check(schema: &str, text: &str) -> String {
    let schema = Schema::new(Source::new("acme.schema.json", schema)).unwrap_or_else(|error| panic!("{error}"));
    let checker = Checker::default().with_schema(schema);
    checker.check(Source::new("ada.yaml", text)).diagnostics().to_string()
}

#[test]
fn its_faults_are_located_and_explained() {
    let schema = r#"{
        "required": ["license", "extensions"],
        "properties": {
            "license": {"enum": ["MIT", "CC-BY-4.0"]},
            "tags": {"minItems": 2, "uniqueItems": true, "errorMessage": "our site shows two tags"},
            "faq": {"maxItems": 1, "contains": {"properties": {"id": {"const": "contact"}}, "required": ["id"]}},
            "name": {"pattern": "^[A-Z]", "patternErrorMessage": "begin with a capital"},
            "extensions": {
                "required": ["acme"],
                "properties": {"acme": {"properties": {
                    "owner": {"type": "string", "format": "email", "description": "Who answers for it."},
                    "seats": {"type": "integer", "minimum": 1}
                }, "required": ["owner"], "additionalProperties": false}}
            }
        }
    }"#;
    let text = "name: ada
description: A guide.
license: MTI
tags: [one]
faq:
  - {question: A?, answer: A.}
  - {question: B?, answer: B.}
extensions:
  acme:
    seats: 0
    owners: x
  other: {anything: true}
";
    let path = std::path::Path::new("tests/fixtures/team-schema/acme");
    assert_beside(path, &check(schema, text));
    let clean =
        "name: Ada\ndescription: A guide.\nlicense: MIT\ntags: [a, b]\nextensions: {acme: {owner: a@example.com}}\n";
    assert_eq!(check(schema, clean), "");
    let email = "name: Ada\ndescription: x\nlicense: MIT\nextensions: {acme: {owner: nobody}}\n";
    assert!(check(schema, email).contains("= help: write it in the form of `email`"), "{}", check(schema, email));
}

#[test]
fn what_is_no_schema_is_located() {
    for (schema, line) in [
        ("{\"type\": \"strin\"}", 1),
        ("properties:\n  name: {pattern: \"(\"}\n", 2),
        ("properties:\n  name: {minLength: -1}\n", 2),
        ("{\"$ref\": \"https://example.com/other.json\"}", 1),
    ] {
        let error = Schema::new(Source::new("acme.json", schema)).expect_err("no schema");
        let diagnostics = error.diagnostics().expect("findings");
        let found = diagnostics.iter().next().expect("a finding");
        let position = diagnostics.source().position(found.span.start());
        assert_eq!((found.code, position.line), (Code::InvalidSchema, line), "{error}");
    }
    let error = Schema::new(Source::new("acme.json", "{\"type\": ")).expect_err("half a file");
    assert!(error.to_string().contains("error[invalid-yaml]"), "{error}");
}

/// Memory bounds how far faults are looked for; that must make nothing of what is right, nor pass what is wrong.
#[test]
fn a_list_that_is_seen_in_part_is_not_blamed_for_it() {
    let schema = r#"{"properties": {"extensions": {"properties": {
        "list": {"contains": {"const": "last"}, "minItems": 30000, "not": {"contains": {"const": 1}}, "uniqueItems": true},
        "texts": {"items": {"type": "string"}}
    }}}}"#;
    let list: String = (0..30_000).map(|item| format!("    - item {item}\n")).collect();
    let file = |list: &str, texts: &str| {
        format!("name: Ada\ndescription: x\nextensions:\n  list:\n{list}    - last\n  texts: [{texts}]\n")
    };
    assert_eq!(check(schema, &file(&list, "a")), "");
    let shown = check(schema, &file("", "1"));
    assert!(shown.contains("list at least 30000") && shown.contains("expected text"), "{shown}");
    let text = file(&list, "1");
    let document = Checker::default()
        .with_schema(Schema::new(Source::new("acme.json", schema)).expect("a schema"))
        .check(Source::new("ada.yaml", text));
    assert!(document.diagnostics().has_errors());
    assert!(document.diagnostics().iter().all(|found| found.message.starts_with("expected text")));
}

#[test]
fn faults_are_counted_as_far_as_people_write() {
    let file = |numbers: usize| format!("name: Ada\ndescription: x\ntags: [{}0]\n", "0, ".repeat(numbers - 1));
    for (numbers, omitted) in [(1_000, 0), (1_500, 500), (5_000, 4_000)] {
        let document = Document::parse(Source::new("ada.yaml", file(numbers)));
        assert_eq!((document.diagnostics().len(), document.diagnostics().omitted()), (1_000, omitted));
    }
    let document = Document::parse(Source::new("ada.yaml", file(200_000)));
    assert_eq!(document.diagnostics().len(), 1_000);
    assert!(document.diagnostics().omitted() >= 4_000);
}
