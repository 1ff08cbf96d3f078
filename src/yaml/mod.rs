//! YAML text to a tree in which every key and value knows its bytes, and back.

#[cfg(feature = "catalog")]
mod branch;
mod de;
mod events;
mod everyday;
#[cfg(feature = "validate")]
mod json;
mod read;
mod scalar;
mod tree;
mod write;

#[cfg(feature = "catalog")]
pub(crate) use self::branch::{Allowance, Branch, Shape, Twig};
pub(crate) use self::de::from_tree;
#[cfg(feature = "validate")]
pub(crate) use self::json::TreeJson;
pub(crate) use self::read::read;
#[cfg(feature = "validate")]
pub(crate) use self::tree::Data;
pub(crate) use self::tree::{Entry, NodeRef, Tree};
pub(crate) use self::write::to_yaml;
