use std::fmt;

use serde::Serialize;

/// What a text of a prompt or a chat is, in the order of a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Zone {
    /// The system prompt, the same for the whole conversation: [`Prompt::system`](crate::Prompt::system).
    System,
    /// Exchanges that show how the persona talks: [`Prompt::examples`](crate::Prompt::examples).
    Examples,
    /// The persona's first words: [`Prompt::greeting`](crate::Prompt::greeting).
    Greeting,
    /// What was said before. It is no part of a prompt.
    History,
    /// What was chosen for this turn: [`Prompt::context`](crate::Prompt::context).
    Context,
    /// What the visitor says now. It is no part of a prompt.
    Message,
    /// What is to be said last: [`Prompt::reminder`](crate::Prompt::reminder).
    Reminder,
}

impl Zone {
    /// All of them, in the order that they have in a chat.
    pub const ALL: &[Self] =
        &[Self::System, Self::Examples, Self::Greeting, Self::History, Self::Context, Self::Message, Self::Reminder];

    /// The name in one word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Examples => "examples",
            Self::Greeting => "greeting",
            Self::History => "history",
            Self::Context => "context",
            Self::Message => "message",
            Self::Reminder => "reminder",
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
