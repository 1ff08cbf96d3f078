use adk_anthropic::{Anthropic, ContentBlock, MessageCreateParams};
use personas::chat::{Dialect, wire};
use personas::{Message, Prompt};
use serde::Serialize;

use crate::Answer;

/// The chat, and what this client wants beside it.
#[derive(Serialize)]
struct Request<'a> {
    #[serde(flatten)]
    chat: wire::Anthropic<'a>,
    stream: bool,
}

/// By Anthropic's Messages. The client knows the roles `user` and `assistant` only, so that the dialect is the one for
/// every model.
pub async fn messages(base: &str, prompt: &Prompt, history: &[Message], message: &str) -> Answer {
    let chat = prompt.chat(history, message, &Dialect::anthropic());
    let request = Request { chat: chat.anthropic("claude-opus-5", 1024), stream: false };
    let request: MessageCreateParams = serde_json::from_value(serde_json::to_value(request)?)?;
    let client = Anthropic::new(Some("key".to_owned()))?.with_base_url(base.to_owned())?;
    let answer = client.send(request).await?;
    let texts = answer.content.into_iter().filter_map(|block| match block {
        ContentBlock::Text(text) => Some(text.text),
        _ => None,
    });
    Ok(texts.collect())
}
