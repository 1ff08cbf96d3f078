//! A [`Chat`] as the JSON of a provider: borrowed views that implement [`Serialize`].
//!
//! A view writes what the chat holds and no more: a caller's own keys stand beside it, see
//! [the module above](super#requests-of-your-own). Each is made for the chats of the provider's own [`Dialect`]; the
//! formats of OpenAI and Ollama take those of any.
//!
//! [`Dialect`]: super::Dialect

mod anthropic;
mod gemini;
mod ollama;
mod openai_chat;
mod openai_responses;

use serde::{Serialize, Serializer};

pub use self::anthropic::Anthropic;
pub use self::gemini::Gemini;
pub use self::ollama::Ollama;
pub use self::openai_chat::OpenaiChat;
pub use self::openai_responses::OpenaiResponses;
use super::{Chat, Joined, Part};
use crate::message::MessageRole;

impl Serialize for Joined<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [part] => serializer.serialize_str(&part.text),
            _ => serializer.collect_str(self),
        }
    }
}

/// Every message of a chat, what leads it included, as `{role, content}`.
#[derive(Debug, Clone, Copy)]
struct Messages<'a>(&'a Chat);

impl Serialize for Messages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.lines().map(|(role, parts)| Line::new(self.0, role, parts)))
    }
}

#[derive(Serialize)]
struct Line<'a> {
    role: &'static str,
    content: Joined<'a>,
}

impl<'a> Line<'a> {
    fn new(chat: &Chat, role: MessageRole, parts: &'a [Part]) -> Self {
        let role = if role == MessageRole::System { chat.role.name() } else { role.name() };
        Self { role, content: Joined(parts) }
    }
}
