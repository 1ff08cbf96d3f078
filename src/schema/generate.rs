use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value, json};

use crate::persona::Persona;

/// Makes the JSON Schema of the format from the types: what [`SCHEMA`](crate::SCHEMA) must equal.
///
/// To have a persona inside of a type of yours, derive `schemars::JsonSchema` there; [`Persona`] has it too.
///
/// ```
/// assert_eq!(personas::generate_schema(), personas::SCHEMA);
/// ```
///
/// # Panics
///
/// Never: what schemars makes can always be written as JSON.
#[must_use]
pub fn generate() -> String {
    let settings = SchemaSettings::draft2020_12().with_transform(Editors);
    let mut schema = settings.into_generator().into_root_schema_for::<Persona>();
    let made = schema.ensure_object();
    // In the order that a person reads them in; the address is a name, and nothing is fetched from it.
    let mut members = Map::new();
    members.insert("$schema".into(), made["$schema"].clone());
    members.insert("$id".into(), "urn:personas:persona:v1".into());
    members.insert("title".into(), "Persona".into());
    for key in ["description", "markdownDescription", "type"] {
        members.insert(key.into(), made[key].clone());
    }
    // What a file takes over from others, it need not say.
    members.insert("if".into(), is_part());
    members.insert("else".into(), json!({"required": made.remove("required")}));
    members.insert("additionalProperties".into(), made["additionalProperties"].clone());
    members.insert("defaultSnippets".into(), json!([whole()]));
    for (key, value) in std::mem::take(made) {
        members.entry(key).or_insert(value);
    }
    let text = serde_json::to_string_pretty(&members).expect("a schema is JSON");
    text + "\n"
}

/// A file that is whole only together with others.
fn is_part() -> Value {
    json!({
        "anyOf": [
            {"required": ["extends"], "properties": {"extends": {"minItems": 1}}},
            {"required": ["spec"], "properties": {"spec": {"const": "persona-fragment/v1"}}},
        ],
    })
}

/// What editors offer in an empty file.
fn whole() -> Value {
    json!({
        "label": "Persona",
        "description": "A name and a description: what every persona has.",
        "body": {"name": "${1:Ada Lovelace}", "description": "${2:Who the persona is, in a few sentences.}"},
    })
}

/// What editors want of a schema: a title for every key, enums as `enum`, help as Markdown.
#[derive(Clone)]
struct Editors;

impl Transform for Editors {
    fn transform(&mut self, schema: &mut Schema) {
        let Some(object) = schema.as_object_mut() else {
            return;
        };
        flatten_enum(object);
        if let Some(Value::Object(properties)) = object.get_mut("properties") {
            for (key, property) in properties {
                if let Value::Object(property) = property {
                    property.entry("title").or_insert_with(|| title(key).into());
                }
            }
        }
        if let Some(Value::String(description)) = object.get_mut("description") {
            // A doc comment is wrapped for the code; paragraphs are what counts here.
            *description =
                description.split("\n\n").map(|text| text.replace('\n', " ")).collect::<Vec<_>>().join("\n\n");
            // Examples in doc comments are for Rust.
            if let Some(end) = description.find("\n\n```") {
                description.truncate(end);
            }
            let markdown = Value::String(description.clone());
            object.insert("markdownDescription".into(), markdown);
        }
        // A list or text that is absent is empty; an editor that writes `[]` would only be in the way.
        object.remove("default");
        transform_subschemas(self, schema);
    }
}

/// `related_characters` is `Related characters`.
fn title(key: &str) -> String {
    let words = key.trim_start_matches('$').replace('_', " ");
    match words.as_str() {
        "faq" => "FAQ".to_owned(),
        "id" => "ID".to_owned(),
        "url" => "URL".to_owned(),
        _ => words[..1].to_uppercase() + &words[1..],
    }
}

/// Turns `oneOf` over documented constants into `enum` with `enumDescriptions`: one fault for a wrong value, not one
/// for each constant.
fn flatten_enum(object: &mut Map<String, Value>) {
    let Some(Value::Array(options)) = object.get("oneOf") else {
        return;
    };
    let member = |name: &str| options.iter().map(|option| option.get(name).cloned()).collect::<Option<Vec<_>>>();
    if let (Some(constants), Some(descriptions)) = (member("const"), member("description")) {
        object.remove("oneOf");
        object.insert("type".into(), "string".into());
        object.insert("enum".into(), constants.into());
        object.insert("enumDescriptions".into(), descriptions.into());
    }
}
