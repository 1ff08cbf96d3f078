use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::types::chat::CreateChatCompletionRequest;
use async_openai::types::responses::CreateResponse;
use personas::chat::Dialect;
use personas::{Message, Prompt};

use crate::Answer;

/// By Chat Completions.
pub async fn chat(base: &str, prompt: &Prompt, history: &[Message], message: &str) -> Answer {
    let chat = prompt.chat(history, message, &Dialect::openai_chat());
    let request: CreateChatCompletionRequest =
        serde_json::from_value(serde_json::to_value(chat.openai_chat("gpt-5"))?)?;
    let mut answer = client(base).chat().create(request).await?;
    Ok(answer.choices.pop().and_then(|choice| choice.message.content).unwrap_or_default())
}

/// By Responses.
pub async fn responses(base: &str, prompt: &Prompt, history: &[Message], message: &str) -> Answer {
    let chat = prompt.chat(history, message, &Dialect::openai_responses());
    let request: CreateResponse = serde_json::from_value(serde_json::to_value(chat.openai_responses("gpt-5"))?)?;
    let answer = client(base).responses().create(request).await?;
    Ok(answer.output_text().unwrap_or_default())
}

fn client(base: &str) -> Client<OpenAIConfig> {
    Client::with_config(OpenAIConfig::new().with_api_base(format!("{base}/v1")).with_api_key("key"))
}
