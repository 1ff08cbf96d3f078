//! From a persona to what a chat backend is told.

mod blocks;
mod built_in;

mod context;
mod engine;
mod full;
mod guard;
mod lint;
mod loader;
mod parts;
mod prepared;
mod shape;
mod substitute;
mod tag;
mod template;
mod token;
mod variables;
mod walk;

use std::fmt;

pub use self::prepared::PreparedPrompt;
pub use self::template::PromptTemplate;
pub use self::variables::Variables;
use crate::error::Error;
use crate::message::Message;
use crate::persona::Persona;

/// What a chat backend is told: the system prompt in its sections, and what goes beside it.
///
/// `Display` gives the system prompt as one text.
///
/// ```
/// use personas::Persona;
///
/// let prompt = Persona::new("Ada", "A guide to the Analytical Engine.").prompt()?;
/// assert!(prompt.to_string().starts_with("You are Ada."));
/// assert_eq!(prompt.section("identity"), Some("# Who you are\n\nA guide to the Analytical Engine."));
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prompt {
    /// The system prompt, section by section: the same for the whole conversation. No section is empty.
    pub system: Vec<Section>,
    /// Exchanges that show how the persona talks, to stand before the conversation as turns of their own.
    pub examples: Vec<Message>,
    /// The first thing the persona says, with the names filled in.
    pub greeting: Option<String>,
    /// What was chosen for this turn of the conversation, section by section, to stand beside the visitor's message.
    pub context: Vec<Section>,
    /// What is to be said after the conversation so far: the persona's `post_history_instructions`.
    pub reminder: Option<String>,
}

/// A part of a system prompt: what one block of the template came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Section {
    /// The name of the block; `text` for what stands outside of any.
    pub name: String,
    /// The text, without white space around it.
    pub text: String,
}

impl Section {
    /// The name of what stands outside of any block.
    const OUTSIDE: &str = "text";

    /// A section, if there is more to it than white space.
    fn new(name: &str, mut text: String) -> Option<Self> {
        text.truncate(text.trim_end().len());
        text.drain(..text.len() - text.trim_start().len());
        (!text.is_empty()).then(|| Self { name: name.to_owned(), text })
    }
}

impl Prompt {
    /// The text of the first section of a name.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&str> {
        self.system.iter().find(|section| section.name == name).map(|section| section.text.as_str())
    }
}

impl fmt::Display for Prompt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, section) in self.system.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n\n")?;
            }
            formatter.write_str(&section.text)?;
        }
        Ok(())
    }
}

impl Persona {
    /// The prompt by the built-in template, for a visitor of no name.
    ///
    /// # Errors
    ///
    /// The persona is so large that the template's limits stop it.
    pub fn prompt(&self) -> Result<Prompt, Error> {
        PromptTemplate::default().render(self, &Variables::new())
    }
}
