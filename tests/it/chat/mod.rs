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

/// A request as a backend's view writes it, its keys in order.
type View = fn(&Chat) -> String;

/// The ready-made dialects, each with the view that it is made for.
fn presets() -> [(&'static str, Dialect, View); 9] {
    let openai_chat = |chat: &Chat| text(&chat.openai_chat("MODEL"));
    [
        ("openai-chat", Dialect::openai_chat(), openai_chat),
        ("openai-chat-developer", Dialect::openai_chat_developer(), openai_chat),
        ("openai-responses", Dialect::openai_responses(), |chat| text(&chat.openai_responses("MODEL"))),
        ("anthropic", Dialect::anthropic(), |chat| text(&chat.anthropic("MODEL", 1024))),
        ("anthropic-later-system", Dialect::anthropic_later_system(), |chat| text(&chat.anthropic("MODEL", 1024))),
        ("gemini", Dialect::gemini(), |chat| text(&chat.gemini())),
        ("ollama", Dialect::ollama(), |chat| text(&chat.ollama("MODEL"))),
        ("one-leading-system", Dialect::one_leading_system_alternating(), openai_chat),
        ("no-system-role", Dialect::no_system_role(), openai_chat),
    ]
}

fn text(view: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(view).unwrap_or_else(|error| panic!("{error}"))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
