//! A persona over the clients that people use: each module goes from a [`personas::Prompt`] to an answer, with the
//! request types of one client. The tests run each against a server on loopback that looks at what it is sent.
//!
//! There are two ways. A client whose request type can be read takes the JSON of our view as it is, cache marks and all:
//! see [`async_openai`], [`ollama_rs`] and [`adk_anthropic`]. One that speaks to many providers has messages of its own,
//! and takes ours one by one: see [`genai`] and [`rig_core`].

pub mod adk_anthropic;
pub mod async_openai;
pub mod genai;
pub mod ollama_rs;
pub mod rig_core;

/// An answer, or whatever a client finds wrong.
pub type Answer = Result<String, Box<dyn std::error::Error + Send + Sync>>;
