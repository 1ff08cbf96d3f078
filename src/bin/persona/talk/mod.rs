//! `persona talk`: a conversation with a persona, over any server that speaks OpenAI's Chat Completions.
//!
//! What is said goes to standard output, and what there is to tell about it to standard error.

mod answer;
mod client;
mod conversation;
mod input;
mod stream;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use personas::chat::Dialect;
use personas::{Persona, PreparedPrompt, PromptOptions, Selection};

use self::answer::Interrupt;
use self::client::Client;
use self::conversation::Conversation;
use self::input::Input;
use crate::Failure;
use crate::command::Talk;
use crate::persona_path::persona;
use crate::visible::brief;

/// Where Ollama listens, which most newcomers have.
const DEFAULT_URL: &str = "http://localhost:11434/v1";
/// With more questions than this, each turn gets those that bear on it. Fewer cost less than what they would save: all of
/// them stand in the part of the prompt that the server keeps from turn to turn.
const FEW: usize = 4;
/// How many questions a turn gets, beside those of the turn before.
const RELEVANT: usize = 3;

impl Talk {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let persona = persona(&self.persona.document()?.0)?;
        let prepared = self.prepared(&persona)?;
        let url = self.url.clone().or_else(|| variable("OPENAI_BASE_URL")).unwrap_or_else(|| DEFAULT_URL.to_owned());
        let patience = Duration::from_secs(self.timeout);
        let client = Client::new(&url, variable("OPENAI_API_KEY"), patience).map_err(Failure::Message)?;
        let interrupt = Interrupt::listen().map_err(Failure::Message)?;
        let model = match self.model.clone().or_else(|| variable("OPENAI_MODEL")) {
            Some(model) => model,
            None => first_model(&client)?,
        };
        // Servers of local models fill in the template of the model. Many of these refuse a system message behind the
        // first, a conversation that the assistant begins, or two turns of one speaker; this order, all take.
        let dialect =
            if self.no_system_role { Dialect::no_system_role() } else { Dialect::one_leading_system_alternating() };
        let input = Input::new().map_err(Failure::Message)?;
        let tokens = prepared.prompt().report().tokens;
        let hint = if input.is_terminal() { "; /help" } else { "" };
        note(&format!("{} at {}, with a prompt from {tokens} tokens up{hint}", brief(&model), client.url()))?;
        head(&persona)?;
        Conversation::new(prepared, client, interrupt, model, dialect).hold(input)?;
        Ok(ExitCode::SUCCESS)
    }

    fn prepared(&self, persona: &Persona) -> Result<PreparedPrompt, Failure> {
        // Examples stay in the system prompt: as turns, a model would take them for what this visitor said.
        let mut options = PromptOptions::new();
        if persona.faq.len() > FEW {
            options = options.faq(Selection::relevant(RELEVANT));
        }
        if let Some(tokens) = self.max_tokens {
            options = options.max_tokens(tokens);
        }
        Ok(self.template.read()?.prepare_with(persona, &self.template.variables(), &options)?)
    }
}

fn first_model(client: &Client) -> Result<String, Failure> {
    let models = client.request().models().map_err(Failure::Message)?;
    models.into_iter().next().ok_or_else(|| {
        let url = client.url();
        Failure::Message(format!("{url} has no model: get one, with Ollama by `ollama pull`, or name one with --model"))
    })
}

/// A variable of the environment that says something.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// Who one talks to.
fn head(persona: &Persona) -> io::Result<()> {
    let mut output = anstream::stdout().lock();
    writeln!(output, "\u{1b}[1m{}\u{1b}[0m", brief(&persona.name))?;
    if let Some(tagline) = &persona.tagline {
        writeln!(output, "{}", brief(tagline))?;
    }
    writeln!(output)?;
    output.flush()
}

fn say(text: &str) -> io::Result<()> {
    crate::print(text)
}

fn note(text: &str) -> io::Result<()> {
    writeln!(anstream::stderr(), "\u{1b}[2m({text})\u{1b}[0m")
}

fn complain(text: &str) -> io::Result<()> {
    writeln!(anstream::stderr(), "error: {text}\n")
}
