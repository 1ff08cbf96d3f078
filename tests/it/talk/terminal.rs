//! `persona talk` in a real terminal.

use std::io::{Read as _, Write as _};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

use super::ada;
use super::stub::{DONE, Stub, begin, chunk, events, said};

/// A terminal, what was typed into it and what it showed.
struct Terminal {
    keyboard: Pty,
    screen: Receiver<Vec<u8>>,
    shown: String,
}

impl Terminal {
    fn wait_for(&mut self, text: &str) {
        let end = Instant::now() + Duration::from_secs(30);
        while !self.shown.contains(text) {
            let piece = self.screen.recv_timeout(end.saturating_duration_since(Instant::now()));
            let piece = piece.unwrap_or_else(|_| panic!("{text:?} does not come: {:?}", self.shown));
            self.shown += &String::from_utf8_lossy(&piece);
        }
    }

    /// What was shown before a text, which has come or comes now.
    fn until(&mut self, text: &str) -> String {
        self.wait_for(text);
        let at = self.shown.find(text).expect("it was waited for") + text.len();
        self.shown.drain(..at).collect()
    }

    fn type_in(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("a terminal");
    }
}

/// Runs a command between two looks at the settings of the terminal, and gives them with all that was shown.
fn terminal(script: &str, arguments: &[&str]) -> Terminal {
    let (keyboard, screen) = open().expect("a terminal");
    keyboard.resize(Size::new(40, 200)).expect("a size");
    // The shell outlives Ctrl-C, to look at the terminal afterwards.
    let script = format!("trap : INT; stty -a; echo before-ends; {script}; echo \"code $?\"; stty -a; echo after-ends");
    let command = Command::new("sh").args(["-c", &script, "sh", env!("CARGO_BIN_EXE_persona")]).args(arguments);
    let command = command.env("TERM", "xterm");
    let unset = ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "NO_COLOR"];
    let command = unset.iter().fold(command, Command::env_remove);
    let mut child = command.spawn(screen).expect("a shell");
    let mut reader = std::fs::File::from(
        std::os::fd::AsFd::as_fd(&keyboard).try_clone_to_owned().expect("another handle of the terminal"),
    );
    let (sender, screen) = channel();
    thread::spawn(move || {
        let mut piece = [0; 4096];
        // A terminal that nobody has open any more gives an error in place of an end.
        while let Ok(length @ 1..) = reader.read(&mut piece) {
            if sender.send(piece[..length].to_vec()).is_err() {
                break;
            }
        }
        let _ = child.wait();
    });
    Terminal { keyboard, screen, shown: String::new() }
}

#[test]
fn a_conversation_in_a_terminal() {
    let server = Stub::new(|number, _, connection| match number {
        0 => events(connection, &(said("It computes.") + DONE), 3),
        1 => {
            begin(connection)?;
            chunk(connection, said("Once upon").as_bytes())?;
            // Until the connection is closed.
            std::io::Read::read(connection, &mut [0; 1]).map(|_| ())
        }
        _ => events(connection, &(said("\u{1b}[2JAs you wish.") + DONE), 3),
    });
    let persona = ada();
    let path = persona.path.to_str().expect("a path");
    let mut terminal = terminal("\"$1\" talk \"$2\" --url \"$3\" --model m", &[path, &server.url]);
    let before = terminal.until("before-ends");
    let head = terminal.until("> ");
    assert!(head.contains("\u{1b}[1mAda\u{1b}[0m") && head.contains("Good day, the user!"), "{head:?}");

    // A typing error is mended with the arrow keys.
    terminal.type_in("What is Nte G?\u{1b}[D\u{1b}[D\u{1b}[D\u{1b}[D\u{1b}[Do\r");
    terminal.until("It computes.\r\n\r\n");
    assert!(server.requests()[0].message().contains("What is Note G?"), "{}", server.requests()[0].message());

    terminal.until("> ");
    terminal.type_in("Tell!\r");
    terminal.until("Once upon");
    terminal.type_in("\u{3}");
    terminal.until("(stopped)");
    // What is pasted is one message, over however many lines.
    terminal.until("> ");
    terminal.type_in("\u{1b}[200~Enough,\rI say.\u{1b}[201~");
    terminal.type_in("\r");
    terminal.until("\\u{1b}[2JAs you wish.\r\n\r\n");
    let third = server.requests()[2].clone();
    assert!(third.message().contains("Enough,\nI say."), "{:?}", third.message());
    assert!(third.messages().contains(&("assistant".to_owned(), "Once upon".to_owned())));

    terminal.until("> ");
    terminal.type_in("half a line\u{3}");
    terminal.until("code 0");
    let after = terminal.until("after-ends");
    assert_eq!(settings(&after), settings(&before));
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn end_of_input_ends_it() {
    let server = Stub::saying(&[]);
    let persona = ada();
    let mut terminal =
        terminal("\"$1\" talk \"$2\" --url \"$3\" --model m", &[persona.path.to_str().expect("a path"), &server.url]);
    let before = terminal.until("before-ends");
    terminal.until("> ");
    terminal.type_in("\u{4}");
    terminal.until("code 0");
    assert_eq!(settings(&terminal.until("after-ends")), settings(&before));
}

/// A server that is gone is told, and the conversation can go on.
#[test]
fn a_failure_is_no_end() {
    let server = Stub::new(|number, _, connection| match number {
        0 => super::whole(connection, "503 Service Unavailable", "", r#"{"error": {"message": "loading"}}"#),
        _ => events(connection, &(said("At last.") + DONE), 3),
    });
    let persona = ada();
    let mut terminal =
        terminal("\"$1\" talk \"$2\" --url \"$3\" --model m", &[persona.path.to_str().expect("a path"), &server.url]);
    terminal.until("> ");
    terminal.type_in("Hello!\r");
    terminal.until("503 Service Unavailable: loading");
    terminal.until("> ");
    // The message is still there to be sent again.
    terminal.type_in("\u{1b}[A\r");
    terminal.until("At last.");
    assert_eq!(server.requests()[1].messages(), server.requests()[0].messages());
    terminal.until("> ");
    terminal.type_in("/quit\r");
    terminal.until("code 0");
}

/// What `stty -a` printed.
fn settings(shown: &str) -> String {
    let at = shown.find("speed").unwrap_or_else(|| panic!("no settings in {shown:?}"));
    shown[at..].lines().take_while(|line| !line.contains("-ends")).collect::<Vec<_>>().join("\n")
}
