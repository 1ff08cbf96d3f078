//! From a persona to a request of a chat backend, turn by turn: `cargo run --example turns`.

use personas::chat::Dialect;
use personas::{Persona, PromptOptions, PromptTemplate, Query, Selection, Variables};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let trotsky = Persona::read("personas/leon-trotsky.yaml")?;

    // Once: what is the same for every turn is rendered here, and can be shared between threads.
    let options = PromptOptions::new().faq(Selection::relevant(3)).max_tokens(6_000);
    let prepared = PromptTemplate::default().prepare_with(&trotsky, &Variables::new(), &options)?;

    // For each turn: the questions that bear on the message, and what was said before.
    let (history, message) = ([], "Why did you fall out with Stalin?");
    let prompt = prepared.turn(Query::new(message).history(&history))?;
    println!("{}", prompt.report());

    // The body of a request, by the rules of a backend.
    let chat = prompt.chat(&history, message, &Dialect::anthropic());
    println!("{}", serde_json::to_string_pretty(&chat.anthropic("claude-opus-5", 1024))?);
    Ok(())
}
