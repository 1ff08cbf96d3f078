//! Persona files for language models: typed, proved right, and rendered to system prompts.
//!
//! A persona is a character, tutor, support agent or historical figure, written down in a YAML file: a name, a line
//! under it, a description, questions with their answers, characters it is related to, how it speaks and what it does
//! not do. This crate reads such a file, says what is wrong with it and where, and makes the prompt that a chat
//! backend needs.
//!
//! ```
//! use personas::Persona;
//!
//! # fn main() -> Result<(), personas::Error> {
//! let trotsky = Persona::read("personas/leon-trotsky.yaml")?;
//! assert_eq!(trotsky.faq[0].question, "Who was Leon Trotsky?");
//!
//! let prompt = trotsky.prompt()?;
//! println!("{prompt}");
//! # Ok(()) }
//! ```
//!
//! # From text to prompt
//!
//! - A [`Source`] is a named text. [`Document::parse`] reads it; what it finds wrong are [`Diagnostic`]s, each with a
//!   [`Code`], a [`Span`] and help. It never fails, and one mistake does not hide the next.
//! - [`Checker`] holds limits and a team's [`Schema`]s, [`Report`] writes findings in the formats that people and programs
//!   take, [`Document::mend`] makes their fixes, and [`assert_valid`] is a test of your own in one line.
//! - [`Persona`], [`Faq`] and [`RelatedCharacter`] are plain structs with plain serde derives.
//!   [`Persona::from_yaml`] and [`Persona::read`] give one, or an [`Error`] that shows all that was found.
//! - [`PromptTemplate`] turns a persona into a [`Prompt`] of named [`Section`]s; [`Persona::prompt`] uses the built-in
//!   template, and there are other styles of it.
//! - [`PromptOptions`] choose what goes in and how many tokens it may have, by a [`TokenCounter`]. A [`PreparedPrompt`] has
//!   what is the same for a whole conversation, and for each [`Query`] adds what bears on it. [`Prompt::report`],
//!   [`Prompt::explain`] and [`Prompt::diff`] tell what a prompt is made of.
//! - `Catalog` is a folder of personas that extend each other, are related, and are translated; [`Persona::in_language`]
//!   gives one in a language.
//! - [`Prompt::chat`] puts it together with a history and a visitor's message, by the rules of a backend; [`chat`] has
//!   those rules, and the JSON of each provider. [`Neutralize`] makes control tokens harmless.
//!
//! # Features
//!
//! - `validate` (default): checks files against [`SCHEMA`], the published JSON Schema, and reports every fault; `Report`
//!   writes what was found for people, programs and build servers. Without it, reading tells the faults of the YAML and
//!   the first of the type, and an app that only renders prompts gets a small dependency tree.
//! - `schema`: `schemars::JsonSchema` for the types, and `generate_schema`.
//! - `tiktoken`: `Tiktoken`, which counts the tokens of `OpenAI`'s models exactly.
//! - `catalog`: `Catalog`, a folder of personas that extend, translate and know each other.
//! - `cli`: the `persona` command.
//!
//! # What it keeps to
//!
//! A file is somebody's input: it is read within [`Limits`], and no file makes this crate panic, recurse without
//! bound, reach the network or read another file. The same input gives the same bytes on every machine.

// Each module uses only those above it; a test keeps this order.
mod limits;

mod hash;

mod source;

mod pointer;

mod diagnostic;

mod error;

mod value;

mod yaml;

mod persona;

#[cfg(feature = "catalog")]
mod merge;

#[cfg(feature = "catalog")]
mod roster;

mod schema;

mod control_token;

mod check;

mod document;

mod mend;

#[cfg(feature = "validate")]
mod report;

mod assert_valid;

mod message;

mod tokens;

mod retrieval;

mod neutralize;

mod prompt;

pub mod chat;

#[cfg(feature = "catalog")]
mod catalog;

pub use crate::assert_valid::assert_valid;
#[cfg(feature = "catalog")]
pub use crate::catalog::{Catalog, CatalogEntry, Similar};
pub use crate::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Label, Renderer, Severity};
pub use crate::document::{Checker, Document};
pub use crate::error::{Error, ErrorKind};
pub use crate::limits::Limits;
pub use crate::mend::Mended;
pub use crate::message::{Message, MessageRole};
pub use crate::neutralize::{Neutralize, Neutralized};
pub use crate::persona::{
    Avatar, AvatarTranslation, Citation, Faq, FaqTranslation, GapKind, Localized, Persona, Portrayal, RelatedCharacter,
    RelatedCharacterTranslation, Relation, Role, Spec, Translation, TranslationGap, Turn,
};
pub use crate::pointer::Pointer;
pub use crate::prompt::{
    ExamplePlacement, Explanation, Outcome, Piece, PreparedPrompt, Priority, Prompt, PromptDifference, PromptOptions,
    PromptPart, PromptReport, PromptTemplate, Query, Section, SectionChange, Selection, StableZone, Variables, Zone,
};
#[cfg(feature = "validate")]
pub use crate::report::{OutputFormat, Report};
pub use crate::schema::SCHEMA;
#[cfg(feature = "validate")]
pub use crate::schema::Schema;
#[cfg(feature = "schema")]
pub use crate::schema::generate as generate_schema;
pub use crate::source::{Position, Source, Span};
#[cfg(feature = "tiktoken")]
pub use crate::tokens::Tiktoken;
pub use crate::tokens::{TokenCounter, TokenEstimator};
pub use crate::value::{Map, Value};
