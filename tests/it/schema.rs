//! The published schema: fresh, valid, and in agreement with the library on every fixture.

use serde_json::Value;

const PATH: &str = "schemas/persona.schema.json";

fn published() -> Value {
    serde_json::from_str(personas::SCHEMA).expect("JSON")
}

/// `PERSONAS_UPDATE=1 cargo test --all-features` writes the file anew.
#[test]
fn the_schema_is_fresh() {
    let made = personas::generate_schema();
    if std::env::var_os("PERSONAS_UPDATE").is_some() {
        std::fs::write(PATH, &made).expect("a schema");
    }
    let kept = std::fs::read_to_string(PATH).expect("a schema").replace("\r\n", "\n");
    assert_eq!(kept, made, "the types have changed: run PERSONAS_UPDATE=1 cargo test --all-features");
}

#[test]
fn the_schema_is_a_schema() {
    jsonschema::draft202012::meta::validate(&published()).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn every_key_has_a_title_a_description_and_an_example() {
    let schema = published();
    let definitions = schema["$defs"].as_object().expect("definitions").values();
    let mut keys = 0;
    for object in definitions.chain([&schema]) {
        for (key, property) in object["properties"].as_object().into_iter().flatten() {
            for keyword in ["title", "description", "markdownDescription"] {
                assert!(property[keyword].is_string(), "{key} has no {keyword}");
            }
            let examples = property["examples"].as_array();
            // What holds maps has its examples where the keys of those are; editors would insert a map as text.
            let holds_maps = ["avatar", "example_dialogues", "faq", "related_characters", "sources", "translations"]
                .contains(&key.as_str());
            assert!(holds_maps || examples.is_some_and(|examples| !examples.is_empty()), "{key} has no example");
            keys += 1;
        }
    }
    assert!(keys > 40, "{keys} keys");
}

/// Examples in the schema are valid values themselves.
#[test]
fn examples_are_valid() {
    let schema = published();
    for (key, property) in schema["properties"].as_object().expect("properties") {
        for example in property["examples"].as_array().into_iter().flatten() {
            let mut persona = serde_json::json!({"name": "Ada", "description": "A guide."});
            persona[key] = example.clone();
            assert!(jsonschema::draft202012::is_valid(&schema, &persona), "{key}: {example}");
        }
    }
}

/// The library accepts exactly what another validator accepts over plain JSON values, wherever the text is plain YAML.
#[cfg(feature = "validate")]
#[test]
fn the_library_and_the_schema_agree() {
    use crate::support::{files, name};
    use personas::{Code, Document, Source};

    let validator = jsonschema::draft202012::new(&published()).expect("a schema");
    let (mut accepted, mut refused) = (0, 0);
    for path in files("tests/fixtures", &["yaml", "json"]).into_iter().chain(files("personas", &["yaml"])) {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let document = Document::parse(Source::new(name(&path), text.as_str()));
        let is_of_reading = |code: Code| code < Code::UnknownKey && code != Code::AmbiguousBoolean;
        if document.diagnostics().iter().any(|found| is_of_reading(found.code)) {
            continue;
        }
        let value: Value = serde_yaml::from_str(text.trim_start_matches('\u{feff}'))
            .unwrap_or_else(|error| panic!("{}: {error}", name(&path)));
        assert_eq!(!document.diagnostics().has_errors(), validator.is_valid(&value), "{}", name(&path));
        *(if validator.is_valid(&value) { &mut accepted } else { &mut refused }) += 1;
    }
    assert!(accepted >= 15 && refused >= 15, "{accepted} accepted, {refused} refused");
}
