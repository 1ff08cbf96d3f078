use std::fmt;

use serde::ser::{Error, SerializeStruct};
use serde::{Serialize, Serializer};

use crate::chat::{Chat, ChatMessage, Joined, Part, SEPARATOR, Zone};
use crate::message::MessageRole;

/// A chat as the body of Anthropic's `POST /v1/messages`.
///
/// Each part of a message and each zone of the system prompt is a block, and a block that ends a zone of
/// [`Anthropic::cache_after`] carries `cache_control`. The blocks of a message one behind the other are its text, blank
/// lines included.
///
/// Source: Claude API reference, "Create a Message", and the pages "Prompt caching" and "Mid-conversation system
/// messages".
#[derive(Debug, Clone, Copy)]
pub struct Anthropic<'a> {
    model: &'a str,
    max_tokens: u32,
    chat: &'a Chat,
    cache: &'a [Zone],
}

/// More of them the API refuses.
const MOST_BREAKPOINTS: usize = 4;

impl Chat {
    /// The body of Anthropic's Messages, to be cached up to the end of the system prompt, of the examples and of the
    /// history.
    ///
    /// ```
    /// use personas::chat::Dialect;
    /// use personas::{Persona, PromptTemplate, Variables};
    ///
    /// let template = PromptTemplate::new("You are {{ char }}.")?;
    /// let prompt = template.render(&Persona::new("Ada", "A guide."), &Variables::new())?;
    /// let chat = prompt.chat(&[], "Hello!", &Dialect::anthropic());
    /// let request = serde_json::to_value(chat.anthropic("claude-opus-5", 1024))?;
    /// assert_eq!(request["system"][0]["cache_control"]["type"], "ephemeral");
    /// assert_eq!(request["messages"][0]["content"][0]["text"], "Hello!");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Serialising fails for a chat with a system message where Anthropic takes none, as other dialects allow, and for
    /// one to be cached after more than four zones.
    #[must_use]
    pub fn anthropic<'a>(&'a self, model: &'a str, max_tokens: u32) -> Anthropic<'a> {
        Anthropic { model, max_tokens, chat: self, cache: &[Zone::System, Zone::Examples, Zone::History] }
    }
}

impl<'a> Anthropic<'a> {
    /// The zones at whose ends the provider is to cache what stands before; none of them turns caching off.
    ///
    /// A write to the cache costs more than plain input, and a read much less. Behind [`Zone::History`] nothing stays
    /// the same, so that it never pays.
    ///
    /// ```
    /// use personas::Persona;
    /// use personas::chat::Dialect;
    ///
    /// let prompt = Persona::new("Ada", "A guide.").prompt()?;
    /// let chat = prompt.chat(&[], "Hello!", &Dialect::anthropic());
    /// let request = serde_json::to_string(&chat.anthropic("claude-opus-5", 1024).cache_after(&[]))?;
    /// assert!(!request.contains("cache_control"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn cache_after(mut self, zones: &'a [Zone]) -> Self {
        self.cache = zones;
        self
    }
}

impl Serialize for Anthropic<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Chat { system, messages, .. } = self.chat;
        if (0..messages.len()).any(|index| is_misplaced(messages, index)) {
            return Err(S::Error::custom(
                "Anthropic takes a system message only between a user turn and an assistant's; use \
                 `Dialect::anthropic` or `Dialect::anthropic_later_system`",
            ));
        }
        let mut texts: Vec<Vec<Block<'_>>> = Vec::with_capacity(messages.len() + 1);
        texts.push(blocks(system.chunk_by(|part, next| part.zone == next.zone)));
        // The cache looks for what ended a block before: what will be history must not have grown together.
        texts.extend(messages.iter().map(|message| blocks(message.parts.chunks(1))));
        let mut breakpoints = 0;
        for zone in self.cache {
            let last = texts.iter_mut().flatten().rfind(|block| block.parts[0].zone == *zone);
            if let Some(block) = last.filter(|block| block.cache_control.is_none()) {
                block.cache_control = Some(CacheControl { kind: "ephemeral" });
                breakpoints += 1;
            }
        }
        if breakpoints > MOST_BREAKPOINTS {
            return Err(S::Error::custom(format!("Anthropic caches after at most {MOST_BREAKPOINTS} zones")));
        }
        let mut texts = texts.into_iter();
        let system = texts.next().filter(|blocks| !blocks.is_empty());
        let messages: Vec<Turn<'_>> =
            messages.iter().zip(texts).map(|(message, content)| Turn { role: message.role.name(), content }).collect();
        let mut body = serializer.serialize_struct("Anthropic", 3 + usize::from(system.is_some()))?;
        body.serialize_field("model", self.model)?;
        body.serialize_field("max_tokens", &self.max_tokens)?;
        match &system {
            Some(blocks) => body.serialize_field("system", blocks)?,
            None => body.skip_field("system")?,
        }
        body.serialize_field("messages", &messages)?;
        body.end()
    }
}

/// Whether this is a system message where there may be none.
fn is_misplaced(messages: &[ChatMessage], index: usize) -> bool {
    let role = |index: usize| messages.get(index).map(|message| message.role);
    role(index) == Some(MessageRole::System)
        && (index.checked_sub(1).and_then(role) != Some(MessageRole::User)
            || !matches!(role(index + 1), None | Some(MessageRole::Assistant)))
}

fn blocks<'a>(texts: impl Iterator<Item = &'a [Part]>) -> Vec<Block<'a>> {
    let block = |(index, parts)| Block { is_first: index == 0, parts, cache_control: None };
    texts.enumerate().map(block).collect()
}

#[derive(Serialize)]
struct Turn<'a> {
    role: &'static str,
    content: Vec<Block<'a>>,
}

struct Block<'a> {
    is_first: bool,
    parts: &'a [Part],
    cache_control: Option<CacheControl>,
}

#[derive(Serialize)]
struct CacheControl {
    #[serde(rename = "type")]
    kind: &'static str,
}

impl Serialize for Block<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut block = serializer.serialize_struct("Block", 2 + usize::from(self.cache_control.is_some()))?;
        block.serialize_field("type", "text")?;
        if self.is_first {
            block.serialize_field("text", &Joined(self.parts))?;
        } else {
            block.serialize_field("text", &Continued(Joined(self.parts)))?;
        }
        match &self.cache_control {
            Some(cache_control) => block.serialize_field("cache_control", cache_control)?,
            None => block.skip_field("cache_control")?,
        }
        block.end()
    }
}

/// A text that goes on behind another.
struct Continued<'a>(Joined<'a>);

impl fmt::Display for Continued<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{SEPARATOR}{}", self.0)
    }
}

impl Serialize for Continued<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
