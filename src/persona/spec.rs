use serde::{Deserialize, Serialize};

/// The version of the format that a file is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Spec {
    /// The first version.
    #[default]
    #[serde(rename = "persona/v1")]
    V1,
    /// A part that personas have in common, in the first version: others extend it, and it is no persona by itself.
    #[serde(rename = "persona-fragment/v1")]
    FragmentV1,
}
