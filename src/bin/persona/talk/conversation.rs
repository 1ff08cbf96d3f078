//! One conversation: what was said, and what is done with what the visitor writes.

use std::io;

use personas::chat::{Dialect, wire};
use personas::{Message, MessageRole, Pointer, PreparedPrompt, Prompt, Query};
use serde::Serialize;

use super::answer::{Interrupt, answer};
use super::client::Client;
use super::input::Input;
use super::stream::End;
use super::{complain, note, say};
use crate::Failure;
use crate::visible::{brief, cut, visible};

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

pub(super) struct Conversation {
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
    pub(super) fn new(
        prepared: PreparedPrompt,
        client: Client,
        interrupt: Interrupt,
        model: String,
        dialect: Dialect,
    ) -> Self {
        let prompt = prepared.prompt();
        Self { prepared, client, interrupt, model, dialect, history: Vec::new(), pinned: Vec::new(), prompt }
    }

    /// Goes on until the visitor ends it.
    pub(super) fn hold(mut self, mut input: Input) -> Result<(), Failure> {
        self.begin()?;
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
        Ok(())
    }

    /// Says the greeting, if there is one, with nothing said before.
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

    fn turn(&mut self, message: &str, input: &Input) -> Result<(), Failure> {
        let query = Query::new(message).history(&self.history).pin(self.pinned.iter().cloned());
        let prompt = self.prepared.turn(query)?;
        let chat = prompt.chat(&self.history, message, &self.dialect);
        let request = Request { chat: chat.openai_chat(&self.model), stream: true };
        let body = serde_json::to_vec(&request).map_err(|error| Failure::Message(error.to_string()))?;
        // A large model may think for a minute before its first word.
        let mut waits = input.is_terminal();
        if waits {
            say("…")?;
        }
        let mut show = |text: &str| {
            if std::mem::take(&mut waits) {
                say("\r \r")?;
            }
            say(text)
        };
        let answer = answer(&self.client, &self.interrupt, body, &mut show)?;
        show("")?;
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
            Some(End::Broken(why)) => cut(&self.client.redacted(&why), 1_000),
        };
        // A person can try again; a script should not go on as if nothing had happened.
        if input.is_terminal() { Ok(complain(&failure)?) } else { Err(Failure::Message(failure)) }
    }
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
