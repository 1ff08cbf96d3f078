use personas::chat::{Dialect, LaterSystem};
use personas::{MessageRole, Prompt};
use rig_core::completion::{CompletionRequest, Message};
use rig_core::providers::openai::OpenAIConfig;

use crate::Answer;

/// By Chat Completions.
///
/// The last message is the prompt for this client, so that the reminder goes into the visitor's turn.
pub async fn chat(base: &str, prompt: &Prompt, history: &[personas::Message], message: &str) -> Answer {
    let mut dialect = Dialect::openai_chat();
    dialect.later_system = LaterSystem::InUserTurn;
    let mut messages =
        prompt.chat(history, message, &dialect).to_messages().into_iter().map(|message| match message.role {
            MessageRole::System => Message::system(message.content),
            MessageRole::Assistant => Message::assistant(message.content),
            _ => Message::user(message.content),
        });
    let last = messages.next_back().ok_or("nothing to answer")?;
    let model = OpenAIConfig::new("key").with_base_url(format!("{base}/v1")).client().chat("gpt-5");
    let answer = model.call(CompletionRequest::new(last).messages(messages)).await?;
    Ok(answer.text())
}
