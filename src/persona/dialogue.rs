use serde::{Deserialize, Serialize};

#[cfg(feature = "schema")]
use super::constraint::Text;

/// What one of the two says in an example dialogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Turn {
    /// Who speaks.
    #[cfg_attr(feature = "schema", schemars(example = Role::User))]
    pub role: Role,

    /// What is said. Markdown.
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "Why did you write it?"))]
    pub content: String,
}

impl Turn {
    /// A turn of one speaker.
    #[must_use]
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self { role, content: content.into() }
    }
}

/// Who speaks in an example dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Role {
    /// The visitor.
    User,
    /// The persona.
    Character,
}

impl Role {
    /// The word as it stands in a file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Character => "character",
        }
    }
}
