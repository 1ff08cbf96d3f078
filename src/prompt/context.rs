use super::substitute::Names;
use crate::persona::Persona;
use crate::value::{Map, Value};

/// What a persona is made into: values of ours, to look at, or those of the engine.
pub(super) trait Node: Sized {
    fn none() -> Self;
    fn text(text: &str) -> Self;
    fn list(items: Vec<Self>) -> Self;
    fn map<const N: usize>(entries: [(&'static str, Self); N]) -> Self;
    /// Data that is the author's own.
    fn data(data: &Map) -> Self;
}

impl Node for Value {
    fn none() -> Self {
        Self::Null
    }

    fn text(text: &str) -> Self {
        text.into()
    }

    fn list(items: Vec<Self>) -> Self {
        Self::List(items)
    }

    fn map<const N: usize>(entries: [(&'static str, Self); N]) -> Self {
        Self::Map(entries.into_iter().collect())
    }

    fn data(data: &Map) -> Self {
        Self::Map(data.clone())
    }
}

/// The persona as templates see it, as data of ours.
pub(super) fn seen(persona: &Persona, user: &str) -> Map {
    context::<Value>(persona, user).into_iter().collect()
}

/// The persona as templates see it: every key of the format is there, an absent text as none and an absent list as an
/// empty one, with the names filled in. Keys that are for programs alone are left out.
#[expect(clippy::too_many_lines, reason = "each key of the format has its line")]
pub(super) fn context<N: Node>(persona: &Persona, user: &str) -> impl IntoIterator<Item = (&'static str, N)> + use<N> {
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
    let text = |text: &String| N::text(&names.substitute(text));
    let optional = |value: &Option<String>| value.as_ref().map_or_else(N::none, text);
    let texts = |values: &[String]| N::list(values.iter().map(text).collect());
    let turn = |turn: &crate::Turn| N::map([("role", N::text(turn.role.name())), ("content", text(&turn.content))]);
    [
        ("id", optional(id)),
        ("name", N::text(name)),
        ("nickname", optional(nickname)),
        ("tagline", optional(tagline)),
        ("portrays", portrays.map_or_else(N::none, |portrays| N::text(portrays.name()))),
        (
            "avatar",
            avatar.as_ref().map_or_else(N::none, |avatar| {
                N::map([
                    ("src", N::text(&avatar.src)),
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
                N::map([
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
                N::map([
                    ("id", optional(&related.id)),
                    ("name", text(&related.name)),
                    ("relation", N::text(related.relation.as_str())),
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
            list(sources, |citation| N::map([("title", text(&citation.title)), ("url", optional(&citation.url))])),
        ),
        ("extensions", N::data(extensions)),
    ]
}

fn list<T, N: Node>(items: &[T], item: impl Fn(&T) -> N) -> N {
    N::list(items.iter().map(item).collect())
}
