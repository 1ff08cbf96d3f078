//! What the visitor writes, line by line: with a line editor on a terminal, and as it comes from anything else.
//!
//! Without an editor a terminal takes lines of up to 4,096 bytes, makes a turn of each line of a text that is pasted,
//! and shows the arrow keys as `^[[D`.

use std::io::{self, BufRead, IsTerminal, Read};

use rustyline::Editor;
use rustyline::config::Config;
use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;

/// How long a line may be, and a message that goes on over several.
const LONGEST: u64 = 1 << 20;

pub(super) enum Input {
    Terminal(Box<Editor<(), MemHistory>>),
    Lines,
}

impl Input {
    /// A terminal, if both sides of the conversation are one.
    pub(super) fn new() -> Result<Self, String> {
        if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
            return Ok(Self::Lines);
        }
        let config = Config::builder().auto_add_history(true).build();
        let editor = Editor::with_history(config, MemHistory::new());
        editor
            .map(|editor| Self::Terminal(Box::new(editor)))
            .map_err(|error| format!("cannot use the terminal: {error}"))
    }

    pub(super) fn is_terminal(&self) -> bool {
        matches!(self, Self::Terminal(_))
    }

    /// The next message, with what continues it; none when the visitor has ended the conversation.
    pub(super) fn message(&mut self) -> Result<Option<String>, String> {
        let mut message = String::new();
        let mut prompt = "> ";
        while let Some(line) = self.line(prompt)? {
            let Some(begun) = line.strip_suffix('\\') else {
                message.push_str(&line);
                return Ok(Some(message));
            };
            message.push_str(begun);
            message.push('\n');
            if message.len() as u64 > LONGEST {
                return Err(format!("a message is longer than {LONGEST} bytes"));
            }
            prompt = ". ";
        }
        // What was begun and not continued is still a message, unless Ctrl-C said otherwise.
        Ok((!self.is_terminal() && !message.is_empty()).then_some(message))
    }

    fn line(&mut self, prompt: &str) -> Result<Option<String>, String> {
        let unreadable = |error: &dyn std::fmt::Display| format!("cannot read what you write: {error}");
        match self {
            Self::Terminal(editor) => loop {
                match editor.readline(prompt) {
                    Ok(line) => return Ok(Some(line)),
                    Err(ReadlineError::Signal(rustyline::error::Signal::Resize)) => {}
                    Err(ReadlineError::Eof | ReadlineError::Interrupted | ReadlineError::Signal(_)) => return Ok(None),
                    Err(error) => return Err(unreadable(&error)),
                }
            },
            Self::Lines => {
                let mut line = Vec::new();
                let mut input = io::stdin().lock().take(LONGEST);
                let length = input.read_until(b'\n', &mut line).map_err(|error| unreadable(&error))?;
                match (length, line.pop()) {
                    (0, _) | (_, None) => return Ok(None),
                    (_, Some(b'\n')) => {}
                    (_, Some(_)) if length as u64 == LONGEST => {
                        return Err(format!("a line of the input is longer than {LONGEST} bytes"));
                    }
                    (_, Some(last)) => line.push(last),
                }
                let line = String::from_utf8_lossy(&line).into_owned();
                Ok(Some(line.strip_suffix('\r').map(str::to_owned).unwrap_or(line)))
            }
        }
    }
}
