use serde::{Deserialize, Serialize};

#[cfg(feature = "schema")]
use super::constraint::{ImageSource, Line, Text};

/// The picture of a persona.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Avatar {
    /// Where the picture is: an `https` address, or a path from the folder of the file.
    #[cfg_attr(feature = "schema", schemars(with = "ImageSource", example = "avatars/leon-trotsky.svg"))]
    pub src: String,

    /// What the picture shows, for those who do not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "A man with pince-nez and swept-back hair"))]
    pub alt: Option<String>,

    /// Who made the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Line", example = "Drawn for the personas project"))]
    pub credit: Option<String>,

    /// The licence of the picture, best as an SPDX expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Line", example = "CC0-1.0"))]
    pub license: Option<String>,
}

impl Avatar {
    /// A picture at an address or path.
    #[must_use]
    pub fn new(src: impl Into<String>) -> Self {
        Self { src: src.into(), alt: None, credit: None, license: None }
    }
}
