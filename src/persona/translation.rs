use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[cfg(feature = "schema")]
use super::constraint::{Line, Slug, Text};
use super::dialogue::Turn;

/// The texts of a persona in another language. What is absent stays as it is in the original.
///
/// A list stands for the whole list of the original; questions and related characters are found by their id, or by
/// the question or name as the original has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Translation {
    /// Of which originals these are translations: the mark of each, by its key, such as `tagline`, `avatar/alt` or
    /// `faq/why-exiled`. When the original changes, its mark does, and the translation is told of as stale.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "BTreeMap<String, Line>", example = vec![("tagline", "kfbmcdhp")].into_iter().collect::<BTreeMap<_, _>>())
    )]
    pub of: BTreeMap<String, String>,

    /// The name of the persona, as people write it in this language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Line", example = "León Trotsky"))]
    pub name: Option<String>,

    /// What people call the persona for short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Line", example = "el Viejo"))]
    pub nickname: Option<String>,

    /// One line that stands under the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Line", example = "Revolucionario, fundador del Ejército Rojo"))]
    pub tagline: Option<String>,

    /// The words for the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "AvatarTranslation"))]
    pub avatar: Option<AvatarTranslation>,

    /// Who the persona is: the body of the prompt. Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "{{char}} es un maestro paciente."))]
    pub description: Option<String>,

    /// Temperament, and the way of thinking and arguing. Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "Rápido, irónico y seguro del argumento."))]
    pub personality: Option<String>,

    /// Where and when the conversation takes place, and what the persona can know there. Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Text", example = "{{user}} visita el estudio de Coyoacán en 1940.")
    )]
    pub scenario: Option<String>,

    /// Rules of speech, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Text>", example = vec!["Responde en dos o tres párrafos."]))]
    pub style: Vec<String>,

    /// What the persona does not do, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Text>", example = vec!["Nunca pide una contraseña."]))]
    pub boundaries: Vec<String>,

    /// What the persona likes to talk about, in a few words each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Line>", example = vec!["la Revolución rusa"]))]
    pub topics: Vec<String>,

    /// Words that fit the persona.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Line>", example = vec!["combativo", "erudito"]))]
    pub adjectives: Vec<String>,

    /// The first thing the persona says. Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "Pase, {{user}}. ¿Sobre qué discutimos?"))]
    pub greeting: Option<String>,

    /// Other first things to say, for an application to choose from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Text>", example = vec!["Buenas noches, {{user}}."]))]
    pub alternate_greetings: Vec<String>,

    /// Conversations that show how the persona talks, each a list of turns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub example_dialogues: Vec<Vec<Turn>>,

    /// Text that stands first in the prompt, in place of the template's opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "Eres {{char}}, y respondes cartas."))]
    pub system_prompt: Option<String>,

    /// A reminder that is placed after the conversation so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "Sigue en tu papel; una pista cada vez."))]
    pub post_history_instructions: Option<String>,

    /// Questions of the original, with their answers, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faq: Vec<FaqTranslation>,

    /// What characters are to the persona, by id or name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related_characters: Vec<RelatedCharacterTranslation>,
}

/// The words for a picture in another language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AvatarTranslation {
    /// What the picture shows, for those who do not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "Un hombre con quevedos"))]
    pub alt: Option<String>,
}

/// A question of the original in another language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FaqTranslation {
    /// The id that the question has in the original.
    #[cfg_attr(feature = "schema", schemars(with = "Slug", example = "why-exiled"))]
    pub id: String,

    /// The question, as a visitor would put it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "¿Por qué fue desterrado Trotsky?"))]
    pub question: Option<String>,

    /// The answer, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "Había perdido la lucha por la sucesión."))]
    pub answer: Option<String>,

    /// Words that a visitor may use and that stand in neither the question nor the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Line>", example = vec!["exilio"]))]
    pub keywords: Vec<String>,
}

/// A related character of the original in another language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RelatedCharacterTranslation {
    /// The id that the character has in the original, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Slug", example = "rosa-luxemburg"))]
    pub id: Option<String>,

    /// With an id, the name in this language; without one, the name as the original has it, to find the character by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Line", example = "Rosa Luxemburgo"))]
    pub name: Option<String>,

    /// How the two stand to each other. Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "Coincidieron en la huelga de masas."))]
    pub description: Option<String>,
}
