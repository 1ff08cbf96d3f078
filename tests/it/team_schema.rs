//! A team's own schema beside the format's.

#![cfg(feature = "validate")]

use personas::{Checker, Code, Schema, Source};

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
