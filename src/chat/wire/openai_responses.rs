use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::Line;
use crate::chat::{Chat, Joined, SystemPlacement};

/// A chat as the body of OpenAI's `POST /v1/responses`, with the whole conversation in it.
///
/// Source: OpenAI API reference, "Create a model response".
#[derive(Debug, Clone, Copy)]
pub struct OpenaiResponses<'a> {
    model: &'a str,
    chat: &'a Chat,
}

impl Chat {
    /// The body of OpenAI's Responses. The system prompt stands in `instructions`, or in the first messages if the
    /// dialect says so.
    ///
    /// ```
    /// use personas::chat::Dialect;
    /// use personas::{Persona, PromptTemplate, Variables};
    ///
    /// let template = PromptTemplate::new("You are {{ char }}.")?;
    /// let prompt = template.render(&Persona::new("Ada", "A guide."), &Variables::new())?;
    /// let chat = prompt.chat(&[], "Hello!", &Dialect::openai_responses());
    /// assert_eq!(
    ///     serde_json::to_string(&chat.openai_responses("gpt-5"))?,
    ///     r#"{"model":"gpt-5","instructions":"You are Ada.","input":[{"type":"message","role":"user","content":"Hello!"}]}"#,
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn openai_responses<'a>(&'a self, model: &'a str) -> OpenaiResponses<'a> {
        OpenaiResponses { model, chat: self }
    }
}

impl Serialize for OpenaiResponses<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let has_field = self.chat.placement == SystemPlacement::Field && !self.chat.system.is_empty();
        let mut body = serializer.serialize_struct("OpenaiResponses", 2 + usize::from(has_field))?;
        body.serialize_field("model", self.model)?;
        if has_field {
            body.serialize_field("instructions", &Joined(&self.chat.system))?;
        } else {
            body.skip_field("instructions")?;
        }
        body.serialize_field("input", &Input { chat: self.chat, skipped: usize::from(has_field) })?;
        body.end()
    }
}

struct Input<'a> {
    chat: &'a Chat,
    /// How many messages stand elsewhere.
    skipped: usize,
}

impl Serialize for Input<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lines = self.chat.lines().skip(self.skipped);
        serializer
            .collect_seq(lines.map(|(role, parts)| Item { kind: "message", line: Line::new(self.chat, role, parts) }))
    }
}

#[derive(Serialize)]
struct Item<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    line: Line<'a>,
}
