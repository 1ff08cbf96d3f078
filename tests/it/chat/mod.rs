//! Chats: what each backend is sent for a conversation, and what holds for any conversation.

mod clients;
mod property;
mod rules;
mod views;

use personas::chat::{Chat, Dialect};
use personas::{Message, Prompt, Section};
use serde_json::Value;

fn prompt(
    system: &[String],
    examples: &[Message],
    greeting: Option<&str>,
    context: &[String],
    reminder: Option<&str>,
) -> Prompt {
    let mut prompt = Prompt::default();
    prompt.system = system.iter().map(|text| Section::new("system", text)).collect();
    prompt.examples = examples.to_vec();
    prompt.greeting = greeting.map(str::to_owned);
    prompt.context = context.iter().map(|text| Section::new("context", text)).collect();
    prompt.reminder = reminder.map(str::to_owned);
    prompt
}

/// A request as a backend's view writes it.
type View = fn(&Chat) -> Value;

/// The ready-made dialects, each with the view that it is made for.
fn presets() -> [(&'static str, Dialect, View); 9] {
    let openai_chat = |chat: &Chat| json(&chat.openai_chat("MODEL"));
    [
        ("openai-chat", Dialect::openai_chat(), openai_chat),
        ("openai-chat-developer", Dialect::openai_chat_developer(), openai_chat),
        ("openai-responses", Dialect::openai_responses(), |chat| json(&chat.openai_responses("MODEL"))),
        ("anthropic", Dialect::anthropic(), |chat| json(&chat.anthropic("MODEL", 1024))),
        ("anthropic-later-system", Dialect::anthropic_later_system(), |chat| json(&chat.anthropic("MODEL", 1024))),
        ("gemini", Dialect::gemini(), |chat| json(&chat.gemini())),
        ("ollama", Dialect::ollama(), |chat| json(&chat.ollama("MODEL"))),
        ("one-leading-system", Dialect::one_leading_system_alternating(), openai_chat),
        ("no-system-role", Dialect::no_system_role(), openai_chat),
    ]
}

fn json(view: &impl serde::Serialize) -> Value {
    serde_json::to_value(view).unwrap_or_else(|error| panic!("{error}"))
}
