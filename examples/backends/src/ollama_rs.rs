use ollama_rs::Ollama;
use ollama_rs::generation::chat::ChatMessage;
use ollama_rs::generation::chat::request::ChatMessageRequest;
use personas::chat::Dialect;
use personas::{Message, Prompt};

use crate::Answer;

/// By Ollama's chat.
pub async fn chat(base: &str, prompt: &Prompt, history: &[Message], message: &str) -> Answer {
    let chat = prompt.chat(history, message, &Dialect::ollama());
    let request: ChatMessageRequest = serde_json::from_value(serde_json::to_value(chat.ollama("llama3.2"))?)?;
    let answer = Ollama::try_new(base)?.send_chat_messages(request).await?;
    let ChatMessage { content, .. } = answer.message;
    Ok(content)
}
