use genai::adapter::AdapterKind;
use genai::chat::{ChatMessage, ChatRequest};
use genai::resolver::{AuthData, Endpoint};
use genai::{Client, ModelIden, ServiceTarget};
use personas::chat::Dialect;
use personas::{Message, MessageRole, Prompt};

use crate::Answer;

/// By a server that speaks OpenAI's format.
pub async fn openai(base: &str, prompt: &Prompt, history: &[Message], message: &str) -> Answer {
    let chat = prompt.chat(history, message, &Dialect::openai_chat());
    ask(AdapterKind::OpenAI, "gpt-5", format!("{base}/v1/"), chat.to_messages()).await
}

/// By Gemini. Its system instruction is what this client makes of the system messages.
pub async fn gemini(base: &str, prompt: &Prompt, history: &[Message], message: &str) -> Answer {
    let chat = prompt.chat(history, message, &Dialect::gemini());
    ask(AdapterKind::Gemini, "gemini-3-flash", format!("{base}/v1beta/"), chat.to_messages()).await
}

async fn ask(adapter: AdapterKind, model: &str, endpoint: String, messages: Vec<Message>) -> Answer {
    let messages = messages.into_iter().map(|message| match message.role {
        MessageRole::System => ChatMessage::system(message.content),
        MessageRole::Assistant => ChatMessage::assistant(message.content),
        _ => ChatMessage::user(message.content),
    });
    let target = ServiceTarget {
        model: ModelIden::new(adapter, model),
        endpoint: Endpoint::from_owned(endpoint),
        auth: AuthData::from_single("key"),
    };
    let answer = Client::new()?.exec_chat(target, ChatRequest::from_messages(messages.collect()), None).await?;
    Ok(answer.into_first_text().unwrap_or_default())
}
