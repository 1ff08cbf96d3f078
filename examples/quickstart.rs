//! Reads a persona and prints its system prompt: `cargo run --example quickstart`.

use personas::Persona;

fn main() -> Result<(), personas::Error> {
    let trotsky = Persona::read("personas/leon-trotsky.yaml")?;
    println!("Talk with {}: {} questions answered\n", trotsky.name, trotsky.faq.len());

    let prompt = trotsky.prompt()?;
    println!("{prompt}");
    Ok(())
}
