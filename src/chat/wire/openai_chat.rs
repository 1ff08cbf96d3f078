use serde::Serialize;

use super::Messages;
use crate::chat::Chat;

/// A chat as the body of OpenAI's `POST /v1/chat/completions`, and of the many servers that speak it.
///
/// Source: OpenAI API reference, "Create chat completion".
#[derive(Debug, Clone, Copy, Serialize)]
pub struct OpenaiChat<'a> {
    model: &'a str,
    messages: Messages<'a>,
}

impl Chat {
    /// The body of OpenAI's Chat Completions.
    ///
    /// ```
    /// use personas::chat::Dialect;
    /// use personas::{Persona, PromptTemplate, Variables};
    ///
    /// let template = PromptTemplate::new("You are {{ char }}.")?;
    /// let prompt = template.render(&Persona::new("Ada", "A guide."), &Variables::new())?;
    /// let chat = prompt.chat(&[], "Hello!", &Dialect::openai_chat_developer());
    /// assert_eq!(
    ///     serde_json::to_string(&chat.openai_chat("gpt-5"))?,
    ///     r#"{"model":"gpt-5","messages":[{"role":"developer","content":"You are Ada."},{"role":"user","content":"Hello!"}]}"#,
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn openai_chat<'a>(&'a self, model: &'a str) -> OpenaiChat<'a> {
        OpenaiChat { model, messages: Messages(self) }
    }
}
