use serde::{Deserialize, Serialize};

/// Whom a persona shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Portrayal {
    /// A person who lives or has lived.
    RealPerson,
    /// A character of a book, film or game.
    FictionalCharacter,
}

impl Portrayal {
    /// The word as it stands in a file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RealPerson => "real-person",
            Self::FictionalCharacter => "fictional-character",
        }
    }
}
