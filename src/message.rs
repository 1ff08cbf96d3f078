use std::fmt;

use serde::{Deserialize, Serialize};

/// One message of a conversation with a language model.
///
/// As JSON it is what most chat backends exchange, so that a history can be kept in a file:
///
/// ```
/// use personas::{Message, MessageRole};
///
/// let history: Vec<Message> = serde_json::from_str(r#"[{"role": "user", "content": "Hello!"}]"#)?;
/// assert_eq!(history, [Message::new(MessageRole::User, "Hello!")]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// Who speaks.
    pub role: MessageRole,
    /// What is said.
    pub content: String,
}

impl Message {
    /// A message of one speaker.
    #[must_use]
    pub fn new(role: MessageRole, content: impl Into<String>) -> Self {
        Self { role, content: content.into() }
    }
}

/// Who speaks in a [`Message`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum MessageRole {
    /// The application: instructions to the model.
    System,
    /// The visitor.
    User,
    /// The model, and so the persona.
    Assistant,
}

impl MessageRole {
    /// The word that stands for it in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

impl fmt::Display for MessageRole {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
