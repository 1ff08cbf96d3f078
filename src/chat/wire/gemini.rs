use serde::ser::{Error, SerializeStruct};
use serde::{Serialize, Serializer};

use crate::chat::{Chat, Joined, Part};
use crate::message::MessageRole;

/// A chat as the body of Gemini's `POST /v1beta/models/MODEL:generateContent`; the model is part of the address.
///
/// Source: Gemini API reference, "Generating content".
#[derive(Debug, Clone, Copy)]
pub struct Gemini<'a>(&'a Chat);

impl Chat {
    /// The body of Gemini's `generateContent` and `streamGenerateContent`.
    ///
    /// ```
    /// use personas::chat::Dialect;
    /// use personas::{Persona, PromptTemplate, Variables};
    ///
    /// let template = PromptTemplate::new("You are {{ char }}.")?;
    /// let prompt = template.render(&Persona::new("Ada", "A guide."), &Variables::new())?;
    /// let chat = prompt.chat(&[], "Hello!", &Dialect::gemini());
    /// assert_eq!(
    ///     serde_json::to_string(&chat.gemini())?,
    ///     r#"{"systemInstruction":{"parts":[{"text":"You are Ada."}]},"contents":[{"role":"user","parts":[{"text":"Hello!"}]}]}"#,
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Serialising fails for a chat with a system message among its messages, as other dialects allow: Gemini has no
    /// such role.
    #[must_use]
    pub fn gemini(&self) -> Gemini<'_> {
        Gemini(self)
    }
}

impl Serialize for Gemini<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Chat { system, messages, .. } = self.0;
        if messages.iter().any(|message| message.role == MessageRole::System) {
            return Err(S::Error::custom("Gemini has no system role within a conversation; use `Dialect::gemini`"));
        }
        let contents = messages.iter().map(|message| {
            let role = if message.role == MessageRole::Assistant { "model" } else { "user" };
            Content::new(Some(role), &message.parts)
        });
        let mut body = serializer.serialize_struct("Gemini", 1 + usize::from(!system.is_empty()))?;
        if system.is_empty() {
            body.skip_field("systemInstruction")?;
        } else {
            body.serialize_field("systemInstruction", &Content::new(None, system))?;
        }
        body.serialize_field("contents", &contents.collect::<Vec<_>>())?;
        body.end()
    }
}

#[derive(Serialize)]
struct Content<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    parts: [Text<'a>; 1],
}

#[derive(Serialize)]
struct Text<'a> {
    text: Joined<'a>,
}

impl<'a> Content<'a> {
    fn new(role: Option<&'static str>, parts: &'a [Part]) -> Self {
        Self { role, parts: [Text { text: Joined(parts) }] }
    }
}
