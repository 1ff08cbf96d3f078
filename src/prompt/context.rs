use super::substitute::Names;
use crate::persona::Persona;
use crate::value::{Map, Value};

/// The persona as templates see it: every key of the format is there, an absent text as none and an absent list as an
/// empty one, with the names filled in. Keys that are for programs alone are left out.
#[expect(clippy::too_many_lines, reason = "each key of the format has its line")]
pub(super) fn context(persona: &Persona, user: &str) -> Map {
    // Taken apart by name, so that a new key cannot be forgotten here.
    let Persona {
        schema: _,
        spec: _,
        extends: _,
        translations: _,
        id,
        name,
        nickname,
        tagline,
        portrays,
        avatar,
        description,
        personality,
        scenario,
        style,
        boundaries,
        topics,
        adjectives,
        greeting,
        alternate_greetings,
        example_dialogues,
        system_prompt,
        post_history_instructions,
        faq,
        related_characters,
        tags,
        creator,
        version,
        license,
        language,
        sources,
        extensions,
    } = persona;
    let names = Names { char: name, user };
    let text = |text: &String| Value::from(names.substitute(text).into_owned());
    let optional = |value: &Option<String>| value.as_ref().map_or(Value::Null, text);
    let texts = |values: &[String]| Value::List(values.iter().map(text).collect());
    let turn = |turn: &crate::Turn| map([("role", Value::from(turn.role.name())), ("content", text(&turn.content))]);
    map_of([
        ("id", optional(id)),
        ("name", Value::from(name.as_str())),
        ("nickname", optional(nickname)),
        ("tagline", optional(tagline)),
        ("portrays", portrays.map_or(Value::Null, |portrays| portrays.name().into())),
        (
            "avatar",
            avatar.as_ref().map_or(Value::Null, |avatar| {
                map([
                    ("src", Value::from(avatar.src.as_str())),
                    ("alt", optional(&avatar.alt)),
                    ("credit", optional(&avatar.credit)),
                    ("license", optional(&avatar.license)),
                ])
            }),
        ),
        ("description", text(description)),
        ("personality", optional(personality)),
        ("scenario", optional(scenario)),
        ("style", texts(style)),
        ("boundaries", texts(boundaries)),
        ("topics", texts(topics)),
        ("adjectives", texts(adjectives)),
        ("greeting", optional(greeting)),
        ("alternate_greetings", texts(alternate_greetings)),
        ("example_dialogues", list(example_dialogues, |dialogue| list(dialogue, turn))),
        ("system_prompt", optional(system_prompt)),
        ("post_history_instructions", optional(post_history_instructions)),
        (
            "faq",
            list(faq, |faq| {
                map([
                    ("id", optional(&faq.id)),
                    ("question", text(&faq.question)),
                    ("answer", text(&faq.answer)),
                    ("keywords", texts(&faq.keywords)),
                    ("tags", texts(&faq.tags)),
                ])
            }),
        ),
        (
            "related_characters",
            list(related_characters, |related| {
                map([
                    ("id", optional(&related.id)),
                    ("name", text(&related.name)),
                    ("relation", Value::from(related.relation.as_str())),
                    ("description", optional(&related.description)),
                ])
            }),
        ),
        ("tags", texts(tags)),
        ("creator", optional(creator)),
        ("version", optional(version)),
        ("license", optional(license)),
        ("language", optional(language)),
        (
            "sources",
            list(sources, |citation| map([("title", text(&citation.title)), ("url", optional(&citation.url))])),
        ),
        ("extensions", Value::Map(extensions.clone())),
    ])
}

fn map_of<const N: usize>(entries: [(&str, Value); N]) -> Map {
    entries.into_iter().collect()
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(map_of(entries))
}

fn list<T>(items: &[T], item: impl Fn(&T) -> Value) -> Value {
    Value::List(items.iter().map(item).collect())
}
