use std::fmt;

use serde::Serialize;

/// A part of a prompt with a place of its own in the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Zone {
    /// [`Prompt::system`](crate::Prompt::system).
    System,
    /// [`Prompt::examples`](crate::Prompt::examples).
    Examples,
    /// [`Prompt::greeting`](crate::Prompt::greeting).
    Greeting,
    /// [`Prompt::context`](crate::Prompt::context).
    Context,
    /// [`Prompt::reminder`](crate::Prompt::reminder).
    Reminder,
}

impl Zone {
    /// All of them, in the order that they have in a conversation.
    pub const ALL: [Self; 5] = [Self::System, Self::Examples, Self::Greeting, Self::Context, Self::Reminder];

    /// The name in one word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Examples => "examples",
            Self::Greeting => "greeting",
            Self::Context => "context",
            Self::Reminder => "reminder",
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
