use std::fmt;

use serde::{Deserialize, Serialize};

#[cfg(feature = "schema")]
use super::constraint::{Line, Slug, Text};

/// Another character, and what it is to the persona.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RelatedCharacter {
    /// The id of the character's own persona file, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Slug", example = "rosa-luxemburg"))]
    pub id: Option<String>,

    /// The name of the character, as people write it.
    #[cfg_attr(feature = "schema", schemars(with = "Line", example = "Rosa Luxemburg"))]
    pub name: String,

    /// What the character is to the persona, such as `similar`, `ally`, `rival` or `mentor`; any word of lower-case
    /// letters, digits and hyphens.
    #[cfg_attr(feature = "schema", schemars(with = "Slug", example = &"similar", extend("defaultSnippets" = Relation::snippets())))]
    pub relation: Relation,

    /// How the two stand to each other. Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Text", example = "They agreed on the mass strike, and quarrelled over the party.")
    )]
    pub description: Option<String>,
}

impl RelatedCharacter {
    /// A character by name, and what it is to the persona.
    #[must_use]
    pub fn new(name: impl Into<String>, relation: impl Into<Relation>) -> Self {
        Self { id: None, name: name.into(), relation: relation.into(), description: None }
    }
}

macro_rules! relations {
    ($($variant:ident, $name:literal, $doc:literal;)*) => {
        /// What another character is to the persona.
        ///
        /// ```
        /// use personas::Relation;
        ///
        /// assert_eq!(Relation::from("mentor"), Relation::Mentor);
        /// assert_eq!(Relation::from("penfriend").as_str(), "penfriend");
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        #[non_exhaustive]
        pub enum Relation {
            $(#[doc = $doc] $variant,)*
            /// A word of the author's own.
            Other(String),
        }

        impl Relation {
            /// The words that have a variant of their own.
            pub const KNOWN: &[&str] = &[$($name),*];

            /// What editors offer: each word with what it means.
            #[cfg(feature = "schema")]
            fn snippets() -> serde_json::Value {
                serde_json::json!([$({"label": $name, "description": $doc, "body": $name}),*])
            }

            /// The word as it stands in a file.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<String> for Relation {
            fn from(word: String) -> Self {
                match word.as_str() {
                    $($name => Self::$variant,)*
                    _ => Self::Other(word),
                }
            }
        }
    };
}

relations! {
    Similar, "similar", "Much like the persona: somebody for those who like this one.";
    Ally, "ally", "On the same side.";
    Rival, "rival", "A competitor.";
    Friend, "friend", "A friend.";
    Enemy, "enemy", "An opponent beyond rivalry.";
    Mentor, "mentor", "The persona learnt from them.";
    Student, "student", "They learnt from the persona.";
    Colleague, "colleague", "They work together.";
    Family, "family", "A relative.";
    Parent, "parent", "The persona's mother or father.";
    Child, "child", "The persona's daughter or son.";
    Sibling, "sibling", "The persona's sister or brother.";
    Spouse, "spouse", "Married to the persona.";
    Partner, "partner", "Living or working in partnership with the persona.";
    Predecessor, "predecessor", "They had the persona's place before.";
    Successor, "successor", "They had the persona's place after.";
    Influence, "influence", "They influenced the persona.";
    Influenced, "influenced", "The persona influenced them.";
    Creator, "creator", "They made or wrote the persona.";
    Creation, "creation", "The persona made or wrote them.";
}

impl Relation {
    /// What the persona is to the other in turn, where that follows: whose mentor somebody is, that is their student.
    ///
    /// ```
    /// use personas::Relation;
    ///
    /// assert_eq!(Relation::Parent.inverse(), Some(Relation::Child));
    /// assert_eq!(Relation::Friend.inverse(), Some(Relation::Friend));
    /// assert_eq!(Relation::Rival.inverse(), None);
    /// ```
    #[must_use]
    pub fn inverse(&self) -> Option<Self> {
        Some(match self {
            Self::Mentor => Self::Student,
            Self::Student => Self::Mentor,
            Self::Parent => Self::Child,
            Self::Child => Self::Parent,
            Self::Predecessor => Self::Successor,
            Self::Successor => Self::Predecessor,
            Self::Influence => Self::Influenced,
            Self::Influenced => Self::Influence,
            Self::Creator => Self::Creation,
            Self::Creation => Self::Creator,
            Self::Friend => Self::Friend,
            Self::Sibling => Self::Sibling,
            Self::Spouse => Self::Spouse,
            // That one is like another, or against another, need not be felt on both sides.
            _ => return None,
        })
    }
}

impl From<&str> for Relation {
    fn from(word: &str) -> Self {
        word.to_owned().into()
    }
}

impl From<Relation> for String {
    fn from(relation: Relation) -> Self {
        match relation {
            Relation::Other(word) => word,
            known => known.as_str().to_owned(),
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
