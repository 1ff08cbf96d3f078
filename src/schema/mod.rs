//! The JSON Schema of the format: made from the types, and what files are checked against.

#[cfg(feature = "validate")]
mod fault;
#[cfg(feature = "schema")]
mod generate;
#[cfg(feature = "validate")]
mod look_alike;
#[cfg(feature = "validate")]
mod validate;

#[cfg(feature = "schema")]
pub use self::generate::generate;
#[cfg(feature = "validate")]
pub use self::validate::Schema;
#[cfg(feature = "validate")]
pub(crate) use self::validate::validate;
#[cfg(all(feature = "validate", feature = "catalog"))]
pub(crate) use self::validate::validate_translation;

/// The published JSON Schema of the format (draft 2020-12), as it is in `schemas/persona.schema.json`.
///
/// ```
/// assert!(personas::SCHEMA.contains("https://json-schema.org/draft/2020-12/schema"));
/// ```
pub const SCHEMA: &str = include_str!("../../schemas/persona.schema.json");
