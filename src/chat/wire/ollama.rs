use serde::Serialize;

use super::Messages;
use crate::chat::Chat;

/// A chat as the body of Ollama's `POST /api/chat`.
///
/// Source: Ollama, "API: Generate a chat completion".
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Ollama<'a> {
    model: &'a str,
    messages: Messages<'a>,
}

impl Chat {
    /// The body of Ollama's chat. Ollama streams its answer unless `stream: false` stands beside it.
    ///
    /// ```
    /// use personas::chat::Dialect;
    /// use personas::{Persona, PromptTemplate, Variables};
    ///
    /// let template = PromptTemplate::new("You are {{ char }}.")?;
    /// let prompt = template.render(&Persona::new("Ada", "A guide."), &Variables::new())?;
    /// let chat = prompt.chat(&[], "Hello!", &Dialect::ollama());
    /// assert_eq!(
    ///     serde_json::to_string(&chat.ollama("llama3.2"))?,
    ///     r#"{"model":"llama3.2","messages":[{"role":"system","content":"You are Ada."},{"role":"user","content":"Hello!"}]}"#,
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn ollama<'a>(&'a self, model: &'a str) -> Ollama<'a> {
        Ollama { model, messages: Messages(self) }
    }
}
