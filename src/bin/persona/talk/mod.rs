//! `persona talk`: a conversation with a persona, over any server that speaks OpenAI's Chat Completions.
//!
//! What is said goes to standard output, and what there is to tell about it to standard error.

mod answer;
mod client;
mod input;
mod stream;
mod visible;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use personas::chat::{Dialect, wire};
use personas::{
    Document, Message, MessageRole, Persona, Pointer, PreparedPrompt, Prompt, PromptOptions, PromptTemplate, Query,
    Selection, Variables,
};
use serde::Serialize;

use self::answer::{Interrupt, answer};
use self::client::Client;
use self::input::Input;
use self::stream::End;
use self::visible::{brief, visible};
use crate::command::Talk;
use crate::{Failure, read, render};

/// Where Ollama listens, which most newcomers have.
const DEFAULT_URL: &str = "http://localhost:11434/v1";
/// With more questions than this, each turn gets those that bear on it. Fewer cost less than what they would save: all of
/// them stand in the part of the prompt that the server keeps from turn to turn.
const FEW: usize = 4;
/// How many questions a turn gets, beside those of the turn before.
const RELEVANT: usize = 3;

const COMMANDS: [&str; 4] = ["why", "reset", "help", "quit"];
const HELP: &str = "\
/why    what the last prompt was made of, and what was left out
/reset  begin anew
/help   these lines
/quit   end, as Ctrl-D and Ctrl-C do

Ctrl-C stops an answer that is being written. A line that ends in \\ goes on in the next one, and a message that begins
with / is written with two.

A persona that forgets who it is does not fit into what its model can see at once. Give the model more, which for Ollama
is OLLAMA_CONTEXT_LENGTH=16384 ollama serve, or make the prompt smaller with --max-tokens.
";

impl Talk {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let persona = self.persona()?;
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
        let mut conversation = Conversation {
            prompt: prepared.prompt(),
            prepared,
            client,
            interrupt,
            model,
            dialect,
            history: Vec::new(),
            pinned: Vec::new(),
        };
        conversation.begin()?;
        conversation.go_on(input)
    }

    fn persona(&self) -> Result<Persona, Failure> {
        let document = Document::read(&self.file)?;
        if !document.diagnostics().is_empty() && document.persona().is_some() {
            writeln!(anstream::stderr(), "{}\n", render(document.diagnostics()))?;
        }
        Ok(document.into_persona()?)
    }

    fn prepared(&self, persona: &Persona) -> Result<PreparedPrompt, Failure> {
        let template = match &self.template {
            Some(path) => PromptTemplate::from_source(read(path)?)?,
            None => PromptTemplate::default(),
        };
        // Examples stay in the system prompt: as turns, a model would take them for what this visitor said.
        let mut options = PromptOptions::new();
        if persona.faq.len() > FEW {
            options = options.faq(Selection::relevant(RELEVANT));
        }
        if let Some(tokens) = self.max_tokens {
            options = options.max_tokens(tokens);
        }
        let variables: Variables = self.variables.iter().cloned().collect();
        Ok(template.prepare_with(persona, &variables, &options)?)
    }
}

struct Conversation {
    prepared: PreparedPrompt,
    client: Client,
    interrupt: Interrupt,
    model: String,
    dialect: Dialect,
    history: Vec<Message>,
    /// What the turn before brought that was new. It stays for one turn, so that "and why?" is answered from the same
    /// questions; any longer, and they would become more and more.
    pinned: Vec<Pointer>,
    /// The last prompt.
    prompt: Prompt,
}

#[derive(Serialize)]
struct Request<'r> {
    #[serde(flatten)]
    chat: wire::OpenaiChat<'r>,
    stream: bool,
}

impl Conversation {
    fn begin(&mut self) -> io::Result<()> {
        self.prompt = self.prepared.prompt();
        self.pinned.clear();
        self.history.clear();
        if let Some(greeting) = &self.prompt.greeting {
            self.history.push(Message::new(MessageRole::Assistant, greeting));
            say(&format!("{}\n\n", visible(greeting.trim())))?;
        }
        Ok(())
    }

    fn go_on(mut self, mut input: Input) -> Result<ExitCode, Failure> {
        while let Some(message) = input.message().map_err(Failure::Message)? {
            let message = message.trim();
            match message.strip_prefix('/') {
                _ if message.is_empty() => {}
                Some(escaped) if escaped.starts_with('/') => self.turn(escaped, &input)?,
                Some("why") => say(&format!("{}\n", visible(&self.prompt.report().to_string())))?,
                Some("reset") => self.begin()?,
                Some("help") => say(&format!("{HELP}\n"))?,
                Some("quit") => break,
                Some(unknown) => complain(&unknown_command(unknown))?,
                None => self.turn(message, &input)?,
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn turn(&mut self, message: &str, input: &Input) -> Result<(), Failure> {
        let query = Query::new(message).history(&self.history).pin(self.pinned.iter().cloned());
        let prompt = self.prepared.turn(query)?;
        let chat = prompt.chat(&self.history, message, &self.dialect);
        let request = Request { chat: chat.openai_chat(&self.model), stream: true };
        let body = serde_json::to_vec(&request).map_err(|error| Failure::Message(error.to_string()))?;
        // A large model may think for a minute before its first word.
        let mut waits = input.is_terminal();
        say(if waits { "…" } else { "" })?;
        let mut begin = |text: &str| {
            if std::mem::take(&mut waits) {
                say("\r \r")?
            }
            say(text)
        };
        let answer = answer(&self.client, &self.interrupt, body, &mut begin)?;
        begin("")?;
        let text = answer.text.trim_end();
        if !text.is_empty() {
            say(if answer.text.ends_with('\n') { "\n" } else { "\n\n" })?;
            // An answer that was stopped stays as far as it came: the visitor has read it.
            self.history.push(Message::new(MessageRole::User, message));
            self.history.push(Message::new(MessageRole::Assistant, text));
            self.pinned = prompt.chosen().into_iter().filter(|item| !self.pinned.contains(item)).collect();
            self.prompt = prompt;
        }
        let failure = match answer.end {
            None => return Ok(note("stopped")?),
            Some(End::Whole { note: None }) if !text.is_empty() => return Ok(()),
            Some(End::Whole { note: why }) => return Ok(note(why.unwrap_or("the answer is empty"))?),
            Some(End::Broken(why)) => brief(&why),
        };
        // A person can try again; a script should not go on as if nothing had happened.
        if input.is_terminal() { Ok(complain(&failure)?) } else { Err(Failure::Message(failure)) }
    }
}

fn first_model(client: &Client) -> Result<String, Failure> {
    let models = client.request().models().map_err(Failure::Message)?;
    models.into_iter().next().ok_or_else(|| {
        let url = client.url();
        Failure::Message(format!("{url} has no model: get one, with Ollama by `ollama pull`, or name one with --model"))
    })
}

fn unknown_command(written: &str) -> String {
    let written = written.split_whitespace().next().unwrap_or_default();
    let meant = match written.to_lowercase().as_str() {
        // What such programs call it too.
        "new" | "clear" => Some("reset"),
        "exit" | "bye" => Some("quit"),
        // No two begin with the same letter.
        other => COMMANDS.into_iter().find(|command| other.starts_with(&command[..1])),
    };
    let written = brief(written);
    let help = "/help lists them, and a message that begins with / is written with two";
    match meant {
        Some(meant) => format!("there is no command `/{written}`; did you mean `/{meant}`? {help}"),
        None => format!("there is no command `/{written}`: {help}"),
    }
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
