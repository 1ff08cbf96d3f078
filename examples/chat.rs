//! From a persona to the JSON that a chat backend takes, turn by turn: `cargo run --example chat`. It sends nothing.

use personas::chat::{Dialect, wire};
use personas::{Message, MessageRole, Persona};
use serde::Serialize;

/// What we send: the chat, and settings of our own beside it.
#[derive(Serialize)]
struct Request<'a> {
    #[serde(flatten)]
    chat: wire::OpenaiChat<'a>,
    temperature: f32,
    stream: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let trotsky = Persona::read("personas/leon-trotsky.yaml")?;
    let prompt = trotsky.prompt()?;
    let dialect = Dialect::openai_chat();

    // The app shows the greeting, and keeps it as the first message.
    let mut history: Vec<Message> =
        prompt.greeting.iter().map(|greeting| Message::new(MessageRole::Assistant, greeting)).collect();

    // In your app, the answers come from the backend.
    for (question, answer) in [("Who are you?", "A revolutionary, and a writer."), ("What did you write?", "…")] {
        let chat = prompt.chat(&history, question, &dialect);
        let request = Request { chat: chat.openai_chat("gpt-5"), temperature: 0.7, stream: true };
        println!("{}\n", serde_json::to_string_pretty(&request)?);
        history.push(Message::new(MessageRole::User, question));
        history.push(Message::new(MessageRole::Assistant, answer));
    }

    // The same conversation for another backend: the rules are another dialect's, and the JSON another view's.
    let chat = prompt.chat(&history, "Why?", &Dialect::anthropic());
    println!("{}", serde_json::to_string_pretty(&chat.anthropic("claude-opus-5", 1024))?);
    Ok(())
}
