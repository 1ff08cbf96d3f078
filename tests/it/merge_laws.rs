//! What holds of merging for any files.

use personas::{Catalog, Persona, Pointer, Source};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// The files of a family; in each, every text ends with a mark of its own, which people do not compare.
const MARKS: [(&str, char); 3] = [("left", '!'), ("right", '?'), ("ada", '.')];

/// What a file says, its texts still without a mark.
fn part() -> impl Strategy<Value = Map<String, Value>> {
    let word = || prop::sample::select(vec!["one", "two", "three", "four"]);
    let words = || prop::collection::vec(word(), 0..4);
    let id = || prop::option::of(prop::sample::select(vec!["x", "y"]));
    let entry = |name: &'static str, text: &'static str| {
        (id(), word(), word()).prop_map(move |(id, first, second)| {
            let mut entry = Map::from_iter([(name.to_owned(), json!(first)), (text.to_owned(), json!(second))]);
            entry.extend(id.map(|id| ("id".to_owned(), json!(id))));
            Value::Object(entry)
        })
    };
    let faq = prop::collection::vec(entry("question", "answer"), 0..4);
    let related = prop::collection::vec(entry("name", "description"), 0..4).prop_map(|mut related| {
        for related in &mut related {
            related["relation"] = json!("ally");
        }
        related
    });
    let extensions = (prop::option::of(word()), words(), prop::option::of(word()))
        .prop_map(|(text, list, inner)| json!({"acme": {"text": text, "list": list, "map": {"inner": inner}}}));
    let texts = (prop::option::of(word()), prop::option::of(word()));
    (texts, words(), words(), faq, related, extensions).prop_map(
        |((tagline, greeting), style, tags, faq, related, data)| {
            let mut part = Map::new();
            part.extend(tagline.map(|text| ("tagline".to_owned(), json!(text))));
            part.extend(greeting.map(|text| ("greeting".to_owned(), json!(text))));
            for (key, value) in [
                ("style", json!(style)),
                ("tags", json!(tags)),
                ("faq", json!(faq)),
                ("related_characters", json!(related)),
                ("extensions", data),
            ] {
                part.insert(key.to_owned(), value);
            }
            part
        },
    )
}

/// The same with a mark at the end of each text; ids and relations are what programs compare, and stay.
fn marked(value: &Value, mark: char) -> Value {
    match value {
        Value::String(text) => format!("{text}{mark}").into(),
        Value::Array(items) => items.iter().map(|item| marked(item, mark)).collect(),
        Value::Object(map) => {
            let is_slug = |key: &str| matches!(key, "id" | "relation");
            let entry = |(key, value): (&String, &Value)| {
                (key.clone(), if is_slug(key) { value.clone() } else { marked(value, mark) })
            };
            Value::Object(map.iter().map(entry).collect())
        }
        other => other.clone(),
    }
}

fn fragment(name: &str, part: &Map<String, Value>) -> Source {
    let mut file = part.clone();
    file.insert("spec".to_owned(), json!("persona-fragment/v1"));
    Source::new(format!("{name}.json"), Value::Object(file).to_string())
}

fn persona(part: &Map<String, Value>, extends: &[&str]) -> Source {
    let mut file = part.clone();
    file.insert("name".to_owned(), json!("Ada"));
    file.insert("description".to_owned(), json!("A guide."));
    file.insert("extends".to_owned(), json!(extends));
    Source::new("ada.json", Value::Object(file).to_string())
}

fn whole(files: impl IntoIterator<Item = Source>) -> Persona {
    let catalog = Catalog::from_sources(files);
    let faults = catalog.diagnostics().filter(|found| found.has_errors()).map(ToString::to_string);
    catalog.get("ada").unwrap_or_else(|| panic!("{}", faults.collect::<String>())).persona().clone()
}

/// Every text of a value with the pointer to it.
fn texts(value: &Value, at: Pointer, found: &mut Vec<(Pointer, String)>) {
    match value {
        Value::String(text) => found.push((at, text.clone())),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| texts(item, at.clone().index(index), found));
        }
        Value::Object(map) => map.iter().for_each(|(key, item)| texts(item, at.clone().key(key), found)),
        _ => {}
    }
}

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn extending_nothing_changes_nothing(own in part()) {
        let alone = whole([persona(&own, &[])]);
        let nothing = fragment("nothing", &Map::new());
        prop_assert_eq!(&whole([nothing, persona(&own, &["nothing"])]), &alone);
    }

    #[test]
    fn what_is_said_already_changes_nothing(part in part(), own in part()) {
        let (once, again) = (fragment("once", &part), fragment("again", &part));
        let expected = whole([once.clone(), persona(&own, &["once"])]);
        prop_assert_eq!(&whole([once.clone(), again, persona(&own, &["once", "again"])]), &expected);
        // Nor does a file that says again what it takes over.
        let expected = whole([once.clone(), persona(&Map::new(), &["once"])]);
        prop_assert_eq!(&whole([once, persona(&part, &["once"])]), &expected);
    }

    #[test]
    fn the_order_of_unrelated_parents_does_not_matter(mut left in part(), mut right in part(), own in part()) {
        left.retain(|key, _| ["tagline", "style", "faq"].contains(&key.as_str()));
        right.retain(|key, _| !["tagline", "style", "faq"].contains(&key.as_str()));
        let files = [fragment("left", &left), fragment("right", &right)];
        let one = whole(files.clone().into_iter().chain([persona(&own, &["left", "right"])]));
        let other = whole(files.into_iter().chain([persona(&own, &["right", "left"])]));
        prop_assert_eq!(one, other);
    }

    /// Who extends a chain gets what one gets who extends its links one after the other.
    #[test]
    fn a_chain_is_the_same_as_its_links(left in part(), right in part(), own in part()) {
        let mut chained = right.clone();
        chained.insert("extends".to_owned(), json!(["left"]));
        let chain = whole([fragment("left", &left), fragment("right", &chained), persona(&own, &["right"])]);
        let links = whole([fragment("left", &left), fragment("right", &right), persona(&own, &["left", "right"])]);
        prop_assert_eq!(chain, links);
    }

    #[test]
    fn the_origin_of_every_value_is_the_file_that_says_it(parts in prop::array::uniform3(part())) {
        let marked: Vec<Map<String, Value>> = parts
            .iter()
            .zip(MARKS)
            .map(|(part, (_, mark))| part.iter().map(|(key, value)| (key.clone(), marked(value, mark))).collect())
            .collect();
        let files =
            [fragment("left", &marked[0]), fragment("right", &marked[1]), persona(&marked[2], &["left", "right"])];
        let catalog = Catalog::from_sources(files);
        let ada = serde_json::to_value(catalog.get("ada").expect("ada").persona()).expect("JSON");
        let mut found = Vec::new();
        texts(&ada, Pointer::root(), &mut found);
        prop_assert!(found.len() >= 2);
        for (pointer, text) in found {
            // The version of the format is not in the file.
            let Some((source, span)) = catalog.origin("ada", &pointer) else {
                prop_assert_eq!(pointer.as_str(), "/spec");
                continue;
            };
            let written: String = serde_json::from_str(source.slice(span)).expect("a text");
            prop_assert_eq!(&written, &text, "{}", pointer);
            if let Some((file, _)) = MARKS.iter().find(|(_, mark)| text.ends_with(*mark)) {
                prop_assert_eq!(source.stem(), Some(*file), "{} of {}", text, pointer);
            }
        }
    }
}
