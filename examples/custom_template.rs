//! A template of one's own over the built-in one: `cargo run --example custom_template`.

use personas::{Persona, PromptTemplate, Variables};

const TEMPLATE: &str = r#"
{% extends "default" %}

{# A site that answers in chat bubbles wants short answers and no list of topics. #}
{% block topics %}{% endblock %}

{% block closing %}
{{ super() }}
- Answer in at most {{ sentences }} sentences.
{% endblock %}
"#;

fn main() -> Result<(), personas::Error> {
    let template = PromptTemplate::new(TEMPLATE)?;
    let variables = Variables::new().set("user", "Sam").set("sentences", 3);

    // Prepared once, rendered for every conversation.
    let prepared = template.prepare(&Persona::read("personas/sherlock-holmes.yaml")?, &variables)?;
    let prompt = prepared.prompt();

    for section in &prompt.system {
        println!("{:>12}: {} bytes", section.name, section.text.len());
    }
    println!("\n{}", prompt.section("closing").unwrap_or_default());
    println!("\n{}", prompt.greeting.unwrap_or_default());
    Ok(())
}
