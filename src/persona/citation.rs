use serde::{Deserialize, Serialize};

#[cfg(feature = "schema")]
use super::constraint::{Text, Uri};

/// A book or page that facts in the file come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Citation {
    /// Title, and what else one needs to find it: author, edition, year.
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "Leon Trotsky, My Life (1930)"))]
    pub title: String,

    /// Where it can be read; a printed book has no address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Uri", example = "https://www.marxists.org/archive/trotsky/1930/mylife/")
    )]
    pub url: Option<String>,
}

impl Citation {
    /// A source by its title.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), url: None }
    }
}
