//! From a persona to what a chat backend is told.

mod budget;
mod context;
mod difference;
mod explanation;
mod list;
mod options;
mod origin;
mod prepared;
mod query;
mod report;
mod substitute;
mod template;
mod variables;
mod zone;

use std::fmt;
use std::sync::Arc;

pub use self::difference::{PromptDifference, SectionChange};
pub use self::explanation::{Explanation, Piece};
pub use self::options::{ExamplePlacement, Priority, PromptOptions, Selection};
use serde::Serialize;

use self::origin::Origin;
pub use self::prepared::PreparedPrompt;
pub use self::query::Query;
pub use self::report::{Outcome, PromptPart, PromptReport, StableZone};
pub use self::template::PromptTemplate;
pub use self::variables::Variables;
pub use self::zone::Zone;
use crate::error::Error;
use crate::message::Message;
use crate::persona::Persona;
use crate::pointer::Pointer;

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
#[derive(Debug, Clone, Default, Serialize)]
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
    #[serde(skip)]
    origin: Option<Arc<Origin>>,
}

/// By what they say, not by where it comes from.
impl PartialEq for Prompt {
    fn eq(&self, other: &Self) -> bool {
        let Self { system, examples, greeting, context, reminder, origin: _ } = self;
        (system, examples, greeting, context, reminder)
            == (&other.system, &other.examples, &other.greeting, &other.context, &other.reminder)
    }
}

impl Eq for Prompt {}

/// A part of a system prompt: what one block of the template came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
    /// What stands between two sections.
    const BETWEEN: &str = "\n\n";

    /// A section of yours, to stand beside those of a template: what the visitor has in the basket, or what day it is.
    ///
    /// ```
    /// use personas::{Persona, Section};
    ///
    /// let mut prompt = Persona::new("Ada", "A guide.").prompt()?;
    /// prompt.context.push(Section::new("today", "It is the 10th of December."));
    /// # Ok::<(), personas::Error>(())
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// What a template wrote, without white space around it, if there is anything to it.
    fn trimmed(name: &str, mut text: String) -> Option<Self> {
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

impl Prompt {
    /// The texts of a zone, each with the name of its section.
    fn texts(&self, zone: Zone) -> impl Iterator<Item = (&str, &str)> {
        let sections = match zone {
            Zone::System => &self.system[..],
            Zone::Context => &self.context[..],
            _ => &[],
        };
        let messages = if zone == Zone::Examples { &self.examples[..] } else { &[] };
        let single = match zone {
            Zone::Greeting => self.greeting.as_deref(),
            Zone::Reminder => self.reminder.as_deref(),
            _ => None,
        };
        let sections = sections.iter().map(|section| (section.name.as_str(), section.text.as_str()));
        let messages = messages.iter().map(|message| message.content.as_str());
        sections.chain(messages.chain(single).map(move |text| (zone.name(), text)))
    }

    /// The items that were chosen for this turn, such as `/faq/2`: what [`Query::pin`] takes for the next.
    #[must_use]
    pub fn chosen(&self) -> Vec<Pointer> {
        let of = |origin: &Arc<Origin>| {
            let choices = origin.choices.iter();
            choices.map(|choice| origin.prepared.lists[choice.list].pointer(choice.item)).collect()
        };
        self.origin.as_ref().map(of).unwrap_or_default()
    }
}

impl fmt::Display for Prompt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, section) in self.system.iter().enumerate() {
            if index > 0 {
                formatter.write_str(Section::BETWEEN)?;
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
