//! From a [`Prompt`], what was said before and a visitor's message to the request of a chat backend.
//!
//! Backends agree on turns of a user and an assistant, and on little else: where the system prompt stands, whether more
//! of it may come later, whether turns must alternate and who may be first and last. A [`Dialect`] says what one allows;
//! [`Prompt::chat`] makes a [`Chat`] that keeps to it, whatever the history looks like; and a view of [`wire`] writes
//! the chat as the JSON of one provider.
//!
//! ```
//! use personas::chat::Dialect;
//! use personas::{Message, MessageRole, Persona};
//!
//! let mut ada = Persona::new("Ada", "A guide to the Analytical Engine.");
//! ada.greeting = Some("Good day! What shall we compute?".into());
//! ada.post_history_instructions = Some("Stay in the nineteenth century.".into());
//! let prompt = ada.prompt()?;
//!
//! // The first message: the greeting is put before it.
//! let chat = prompt.chat(&[], "What is Note G?", &Dialect::openai_chat());
//! let request = serde_json::to_value(chat.openai_chat("gpt-5"))?;
//! assert_eq!(request["messages"][0]["role"], "system");
//! assert_eq!(request["messages"][1]["content"], "Good day! What shall we compute?");
//! assert_eq!(request["messages"][2]["content"], "What is Note G?");
//! assert_eq!(request["messages"][3]["content"], "Stay in the nineteenth century.");
//!
//! // A later one, to a backend where the reminder goes into the user's turn.
//! let history = [
//!     Message::new(MessageRole::Assistant, prompt.greeting.as_deref().unwrap_or_default()),
//!     Message::new(MessageRole::User, "What is Note G?"),
//!     Message::new(MessageRole::Assistant, "My longest note!"),
//! ];
//! let chat = prompt.chat(&history, "Go on.", &Dialect::anthropic());
//! let last = chat.messages.last().ok_or("a message")?;
//! assert_eq!(last.text(), "Go on.\n\n<instructions>\nStay in the nineteenth century.\n</instructions>");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Layout
//!
//! Every chat is in the order of its [`Zone`]s, and every part of it knows its zone:
//!
//! | zone | what it is | changes |
//! |---|---|---|
//! | `System` | the sections of the system prompt | never |
//! | `Examples` | exchanges that show how the persona talks | never |
//! | `Greeting` | the persona's first words, where the history does not hold them | never |
//! | `History` | the conversation so far, as the app kept it | grows at its end |
//! | `Context` | what was chosen for this message | each turn |
//! | `Message` | the visitor's message | each turn |
//! | `Reminder` | what is to be said last | each turn |
//!
//! What stays the same stands first and is the same bytes in each turn, so that a provider's prompt cache holds it; what
//! was chosen for one turn and the reminder stand behind the history and are not part of the next turn's history. For a
//! backend that takes a system message only behind a user's, `Context` comes behind `Message`, by
//! [`Dialect::context`].
//!
//! No text is lost. A text of nothing but white space is none; where a backend refuses empty content, its turn is left
//! out. Turns that have to be merged, and sections, are parted by a blank line.
//!
//! # The greeting
//!
//! An app shows the greeting before the visitor writes, and normally keeps it as the first message of its history;
//! then it is sent from there, and nothing is put before it. Only where the history holds no turn yet, the prompt's own
//! greeting is sent, so that a model knows what it said. Keep it in the history from then on, or set
//! [`Dialect::greeting`] to [`GreetingRule::Always`] for an app that never does; even then, a history that begins with
//! the same words is left as it is.
//!
//! # Requests of your own
//!
//! A view serialises to a map. What else a provider takes stands beside it:
//!
//! ```
//! use personas::Persona;
//! use personas::chat::{Dialect, wire};
//! use serde::Serialize;
//!
//! #[derive(Serialize)]
//! struct Request<'a> {
//!     #[serde(flatten)]
//!     chat: wire::OpenaiChat<'a>,
//!     temperature: f32,
//!     stream: bool,
//! }
//!
//! let prompt = Persona::new("Ada", "A guide.").prompt()?;
//! let chat = prompt.chat(&[], "Hello!", &Dialect::openai_chat());
//! let request = Request { chat: chat.openai_chat("gpt-5"), temperature: 0.5, stream: true };
//! assert!(serde_json::to_string(&request)?.ends_with(r#""temperature":0.5,"stream":true}"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A client with types of its own can read a view (`serde_json::from_value(serde_json::to_value(view)?)?`) or take
//! [`Chat::to_messages`], or [`Chat::system_text`] and [`Chat::messages`].

mod arrange;
mod dialect;
pub mod wire;

use std::borrow::Cow;

pub use self::dialect::{
    ContextPlacement, Delimiters, Dialect, EmptyContent, GreetingRule, LaterSystem, SystemPlacement, SystemRole,
    TurnOrder, TurnRule,
};
use crate::diagnostic::Edit;
use crate::message::{Message, MessageRole};
use crate::neutralize::Neutralize;
use crate::prompt::Prompt;
pub use crate::prompt::Zone;

/// What parts of a text are joined by.
const SEPARATOR: &str = "\n\n";

/// One request to a chat backend, in the order and with the roles that its [`Dialect`] allows.
///
/// The texts are public: look at them, count them, or change them before they are sent.
///
/// ```
/// use personas::Persona;
/// use personas::chat::{Dialect, Zone};
///
/// let prompt = Persona::new("Ada", "A guide.").prompt()?;
/// let chat = prompt.chat(&[], "Hello!", &Dialect::gemini());
/// assert!(chat.system.iter().all(|part| part.zone == Zone::System));
/// assert_eq!(chat.messages.len(), 1);
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chat {
    /// What the conversation is led by: the sections of the system prompt, and system messages that the history begins
    /// with. Empty where the dialect puts it into the first user turn.
    pub system: Vec<Part>,
    /// The conversation behind it, ending with this turn.
    pub messages: Vec<ChatMessage>,
    placement: SystemPlacement,
    role: SystemRole,
}

/// A message of a [`Chat`]: a role, and a text that may come from several places.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChatMessage {
    /// Who speaks, for the backend. What the app says within a user turn has the role of the user.
    pub role: MessageRole,
    /// The text in its parts. There is at least one.
    pub parts: Vec<Part>,
}

/// A piece of text and the zone it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// Where it comes from, and so how long it stays the same.
    pub zone: Zone,
    /// The text.
    pub text: String,
}

impl Prompt {
    /// The request for a visitor's message, by the rules of a backend.
    ///
    /// The history is what was said before, as the app kept it: it may hold system messages, several turns of one
    /// speaker, empty ones, begin with the persona or end with the visitor. A blank message is none: the history is
    /// answered as it stands.
    ///
    /// ```
    /// use personas::chat::Dialect;
    /// use personas::{Message, MessageRole, Persona};
    ///
    /// let prompt = Persona::new("Ada", "A guide.").prompt()?;
    /// let history = [Message::new(MessageRole::Assistant, "Good day!")];
    /// let chat = prompt.chat(&history, "Hello!", &Dialect::one_leading_system_alternating());
    /// let roles: Vec<&str> = chat.messages.iter().map(|message| message.role.name()).collect();
    /// // Whoever must hear a user first hears that the conversation begins.
    /// assert_eq!(roles, ["user", "assistant", "user"]);
    /// # Ok::<(), personas::Error>(())
    /// ```
    #[must_use]
    pub fn chat(&self, history: &[Message], message: &str, dialect: &Dialect) -> Chat {
        let (system, messages) = arrange::arrange(self, history, message, dialect);
        Chat { system, messages, placement: dialect.system, role: dialect.system_role }
    }
}

impl Chat {
    /// Makes control tokens harmless in all texts, as [`Neutralize`] does, and tells what was changed: the zone, and the
    /// edit of its part.
    ///
    /// ```
    /// use personas::Persona;
    /// use personas::chat::Dialect;
    ///
    /// let prompt = Persona::new("Ada", "A guide.").prompt()?;
    /// let mut chat = prompt.chat(&[], "Hello!<|im_end|>", &Dialect::ollama());
    /// assert_eq!(chat.neutralize().len(), 1);
    /// assert_eq!(chat.messages[0].text(), "Hello!< |im_end|>");
    /// # Ok::<(), personas::Error>(())
    /// ```
    pub fn neutralize(&mut self) -> Vec<(Zone, Edit)> {
        let mut changes = Vec::new();
        let messages = self.messages.iter_mut().flat_map(|message| &mut message.parts);
        for part in self.system.iter_mut().chain(messages) {
            let neutralized = Neutralize.text(&part.text);
            let edits = neutralized.edits.into_iter().map(|edit| (part.zone, edit));
            changes.extend(edits);
            if let Cow::Owned(text) = neutralized.text {
                part.text = text;
            }
        }
        changes
    }

    /// What the conversation is led by, as one text; empty when there is nothing.
    #[must_use]
    pub fn system_text(&self) -> String {
        Joined(&self.system).to_string()
    }

    /// The whole chat as plain messages, what leads it included, for a client that takes a list of roles and texts.
    ///
    /// ```
    /// use personas::chat::Dialect;
    /// use personas::{MessageRole, Persona};
    ///
    /// let prompt = Persona::new("Ada", "A guide.").prompt()?;
    /// let messages = prompt.chat(&[], "Hello!", &Dialect::ollama()).to_messages();
    /// assert_eq!(messages[0].role, MessageRole::System);
    /// assert_eq!(messages[1].content, "Hello!");
    /// # Ok::<(), personas::Error>(())
    /// ```
    #[must_use]
    pub fn to_messages(&self) -> Vec<Message> {
        self.lines().map(|(role, parts)| Message::new(role, Joined(parts).to_string())).collect()
    }

    /// Roles and texts from first to last; what leads the chat stands in one message unless the dialect wants several.
    fn lines(&self) -> impl Iterator<Item = (MessageRole, &[Part])> {
        let size = if self.placement == SystemPlacement::Messages { 1 } else { self.system.len().max(1) };
        let leading = self.system.chunks(size).map(|parts| (MessageRole::System, parts));
        leading.chain(self.messages.iter().map(|message| (message.role, message.parts.as_slice())))
    }
}

impl ChatMessage {
    /// The parts as one text.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self.parts.as_slice() {
            [part] => Cow::Borrowed(&part.text),
            parts => Cow::Owned(Joined(parts).to_string()),
        }
    }
}

/// Parts as one text, written without putting it together first.
#[derive(Debug, Clone, Copy)]
struct Joined<'a>(&'a [Part]);

impl std::fmt::Display for Joined<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, part) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(SEPARATOR)?;
            }
            formatter.write_str(&part.text)?;
        }
        Ok(())
    }
}
