//! The persona format, `persona/v1`, as types: one noun a file.
//!
//! The doc comments here are the descriptions in the published JSON Schema, and so the help that editors show.

mod avatar;
mod citation;
#[cfg(feature = "schema")]
mod constraint;
mod dialogue;
mod faq;
mod localized;
mod portrayal;
mod related_character;
mod spec;
mod translation;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::avatar::Avatar;
pub use self::citation::Citation;
pub use self::dialogue::{Role, Turn};
pub use self::faq::Faq;
pub use self::localized::{GapKind, Localized, TranslationGap};
pub use self::portrayal::Portrayal;
pub use self::related_character::{RelatedCharacter, Relation};
pub use self::spec::Spec;
pub use self::translation::{AvatarTranslation, FaqTranslation, RelatedCharacterTranslation, Translation};
use crate::error::Error;
use crate::value::{Map, Value};
use crate::yaml;
#[cfg(feature = "schema")]
use constraint::{LanguageTag, Line, Slug, Text};

/// A character, tutor, support agent or historical figure, as a language model is to play it.
///
/// A persona has a name and a description; all else is optional. Text is Markdown, and `{{char}}` and `{{user}}` in
/// it stand for the names of the two who talk.
///
/// ```
/// use personas::{Faq, Persona};
///
/// let mut ada = Persona::new("Ada Lovelace", "A mathematician of the nineteenth century.");
/// ada.tagline = Some("She wrote programs before there were computers.".into());
/// ada.faq.push(Faq::new("Who was her mother?", "Annabella Byron, who had her taught mathematics."));
/// assert_eq!(Persona::from_yaml(&ada.to_yaml()?)?, ada);
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Persona {
    /// Where the JSON Schema of this file is, for editors that look for it here. It has no other meaning.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "../schemas/persona.schema.json"))]
    pub schema: Option<String>,

    /// The version of the format that the file is written in.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(example = Spec::V1))]
    pub spec: Spec,

    /// A name for programs: lower-case letters, digits and hyphens. The file's stem when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Slug", example = "leon-trotsky"))]
    pub id: Option<String>,

    /// Personas and fragments of the same catalog, by id, whose values this file takes over: lists go on from theirs, and
    /// what this file says itself goes before what they say. With it, name and description may be theirs, too.
    ///
    /// Empty in a persona that a catalog has made whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Slug>", example = vec!["house-style"]))]
    pub extends: Vec<String>,

    /// The name of the persona, as people write it.
    #[cfg_attr(feature = "schema", schemars(with = "Line", example = "Leon Trotsky"))]
    pub name: String,

    /// What people call the persona for short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Line", example = "the Old Man"))]
    pub nickname: Option<String>,

    /// One line that stands under the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Line", example = "Revolutionary, founder of the Red Army, exile"))]
    pub tagline: Option<String>,

    /// Whom the persona shows: a person who lives or has lived, or a character of fiction. Absent for one made for its
    /// work, such as a tutor. A real person's persona should name its `sources`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Portrayal", example = Portrayal::RealPerson))]
    pub portrays: Option<Portrayal>,

    /// The picture of the persona.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Avatar"))]
    pub avatar: Option<Avatar>,

    /// Who the persona is: the body of the prompt. Markdown.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Text", example = "{{char}} is a patient teacher of mathematics, who asks before telling.")
    )]
    pub description: String,

    /// Temperament, and the way of thinking and arguing. Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "Quick, ironic and sure of the argument."))]
    pub personality: Option<String>,

    /// Where and when the conversation takes place, and what the persona can know there. Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Text", example = "{{user}} visits the study in Coyoacán in 1940.")
    )]
    pub scenario: Option<String>,

    /// Rules of speech, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Text>", example = vec!["Answer in two or three paragraphs."]))]
    pub style: Vec<String>,

    /// What the persona does not do, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Text>", example = vec!["Never asks for a password."]))]
    pub boundaries: Vec<String>,

    /// What the persona likes to talk about, in a few words each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Line>", example = vec!["the Russian Revolution", "literature"]))]
    pub topics: Vec<String>,

    /// Words that fit the persona.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Line>", example = vec!["combative", "erudite"]))]
    pub adjectives: Vec<String>,

    /// The first thing the persona says. Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "Come in, {{user}}. What shall we argue about?"))]
    pub greeting: Option<String>,

    /// Other first things to say, for an application to choose from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Text>", example = vec!["Good evening, {{user}}."]))]
    pub alternate_greetings: Vec<String>,

    /// Conversations that show how the persona talks, each a list of turns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub example_dialogues: Vec<Vec<Turn>>,

    /// Text that stands first in the prompt, in place of the template's opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "You are {{char}}, and you answer letters."))]
    pub system_prompt: Option<String>,

    /// A reminder that is placed after the conversation so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "Stay in character; one hint at a time."))]
    pub post_history_instructions: Option<String>,

    /// Questions that people ask, with their answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faq: Vec<Faq>,

    /// Other characters, and what they are to this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related_characters: Vec<RelatedCharacter>,

    /// Words to find the persona by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Line>", example = vec!["history", "politics"]))]
    pub tags: Vec<String>,

    /// Who wrote the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Line", example = "The personas project"))]
    pub creator: Option<String>,

    /// The version of the file, in quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Line", example = "1.0.0"))]
    pub version: Option<String>,

    /// The licence of the text, best as an SPDX expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Line", example = "CC-BY-4.0"))]
    pub license: Option<String>,

    /// The language that the persona is written in and speaks, as a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "LanguageTag", example = &"es"))]
    pub language: Option<String>,

    /// The texts in other languages, by BCP 47 tag.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "constraint::translations"))]
    pub translations: BTreeMap<String, Translation>,

    /// Where the facts come from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Citation>,

    /// Data of other programs, kept as it is; each under a name of its own.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "std::collections::BTreeMap<String, serde_json::Value>", example = vec![("acme", 1)].into_iter().collect::<Map>())
    )]
    pub extensions: Map,
}

impl Persona {
    /// A persona with nothing but a name and a description.
    #[must_use]
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            schema: None,
            spec: Spec::default(),
            id: None,
            extends: Vec::new(),
            name: name.into(),
            nickname: None,
            tagline: None,
            portrays: None,
            avatar: None,
            description: description.into(),
            personality: None,
            scenario: None,
            style: Vec::new(),
            boundaries: Vec::new(),
            topics: Vec::new(),
            adjectives: Vec::new(),
            greeting: None,
            alternate_greetings: Vec::new(),
            example_dialogues: Vec::new(),
            system_prompt: None,
            post_history_instructions: None,
            faq: Vec::new(),
            related_characters: Vec::new(),
            tags: Vec::new(),
            creator: None,
            version: None,
            license: None,
            language: None,
            translations: BTreeMap::new(),
            sources: Vec::new(),
            extensions: Map::new(),
        }
    }

    /// The persona as a YAML file, prose as block literals. Reading it gives an equal persona.
    ///
    /// Fields are public, so a program can put in what the format does not allow, such as an empty name; that is
    /// written as it is, and reported when it is read.
    ///
    /// # Errors
    ///
    /// A number under `extensions` is not finite.
    pub fn to_yaml(&self) -> Result<String, Error> {
        Value::from_serialize(self).map(|value| yaml::to_yaml(&value))
    }
}

/// A text as people compare it: without case, white space and punctuation.
pub(crate) fn comparable(text: &str) -> String {
    let mut normalized = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            normalized.push(character.to_ascii_lowercase());
        } else if !character.is_ascii() && character.is_alphanumeric() {
            normalized.extend(character.to_lowercase());
        }
    }
    normalized
}
