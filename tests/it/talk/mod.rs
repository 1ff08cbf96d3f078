//! `persona talk`, with a server of our own.

mod stub;
#[cfg(unix)]
mod terminal;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use self::stub::{DONE, Stub, begin, chunk, events, said, whole};

const ADA: &str = "\
name: Ada
tagline: She wrote programs before there were computers
description: A mathematician.
greeting: Good day, {{user}}!
post_history_instructions: Stay in the nineteenth century.
faq:
- {question: What is the Jacquard loom?, answer: It weaves flowers.}
- {question: What is Note G?, answer: It computes Bernoulli numbers.}
- {question: Who was Babbage?, answer: He designed the engines.}
- {question: Who was Byron?, answer: He was my father.}
- {question: Who was Somerville?, answer: She was my friend.}
";

struct Persona {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn ada() -> Persona {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ada.yaml");
    std::fs::write(&path, ADA).expect("a file");
    Persona { _folder: folder, path }
}

impl Persona {
    fn talk(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_persona"));
        command.arg("talk").arg(&self.path).args(arguments);
        for variable in ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "CLICOLOR_FORCE"] {
            command.env_remove(variable);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Says these lines to a server.
    fn say(&self, url: &str, lines: &str) -> Output {
        finish(self.talk(&["--url", url, "--model", "m"]), lines)
    }
}

fn finish(mut command: Command, lines: &str) -> Output {
    let mut child = command.spawn().expect("the command runs");
    // One that cannot begin does not read what is said.
    let _ = child.stdin.take().expect("a pipe").write_all(lines.as_bytes());
    child.wait_with_output().expect("the command has ended")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

const HEAD: &str = "Ada\nShe wrote programs before there were computers\n\nGood day, the user!\n\n";

#[test]
fn a_conversation() {
    let server = Stub::saying(&["\n\nIt computes.\n", "Żółw 🐢, über alles.", "Of course…", "Anew."]);
    let lines = "What is Note G?\n\n/why\r\nAnd Babbage,\\\nwho was he?\r\nGo on.\n/reset\n//why not?";
    let output = ada().say(&server.url, lines);
    assert_eq!(output.status.code(), Some(0));
    let note = text(&output.stderr);
    assert!(
        note.starts_with(&format!("(m at {}, with a prompt from ", server.url)) && note.lines().count() == 1,
        "{note}"
    );
    let shown = text(&output.stdout);
    let (before, rest) = shown.split_once("tokens by").expect("a report");
    assert!(before.starts_with(&format!("{HEAD}It computes.\n\n")), "{before}");
    let (report, rest) = rest.split_once("\n\n").expect("an end of the report");
    assert!(report.contains("context / knowledge") && report.contains("What is Note G?"), "{report}");
    assert!(report.contains("left out: not relevant"), "{report}");
    assert_eq!(rest, "Żółw 🐢, über alles.\n\nOf course…\n\nGood day, the user!\n\nAnew.\n\n");

    let requests = server.requests();
    for request in &requests {
        assert_eq!(request.target, "POST /v1/chat/completions");
        assert_eq!((&request.body["model"], &request.body["stream"]), (&"m".into(), &true.into()));
        assert_eq!(request.authorization, None);
    }
    let first = requests[0].messages();
    let roles: Vec<&str> = first.iter().map(|(role, _)| role.as_str()).collect();
    assert_eq!(roles, ["system", "user", "assistant", "user"]);
    assert!(first[0].1.starts_with("You are Ada") && !first[0].1.contains("Bernoulli"), "{}", first[0].1);
    assert_eq!(first[2].1, "Good day, the user!");
    let asked = requests[0].message();
    assert!(
        asked.contains("Bernoulli") && asked.contains("What is Note G?") && asked.contains("nineteenth"),
        "{asked}"
    );

    // What was said stays, word for word; what was chosen for a turn does not, but is pinned for the next.
    let third = requests[2].messages();
    let said: Vec<&str> = third[2..7].iter().map(|(_, content)| content.as_str()).collect();
    let question = "And Babbage,\nwho was he?";
    assert_eq!(said, ["Good day, the user!", "What is Note G?", "It computes.", question, "Żółw 🐢, über alles."]);
    assert!(requests[1].message().contains("designed the engines") && requests[1].message().contains("Bernoulli"));
    assert_eq!(third[0], first[0], "the system prompt is the same for all turns");

    let anew = requests[3].messages();
    assert_eq!(anew.len(), 4, "{anew:?}");
    assert!(anew[3].1.contains("/why not?") && !anew[3].1.contains("//why"), "{}", anew[3].1);
}

/// Only what a turn brought is pinned, and only for the next.
#[test]
fn pinned_questions_do_not_add_up() {
    let server = Stub::saying(&["A.", "B.", "C.", "D."]);
    let output = ada().say(&server.url, "Jacquard?\nByron?\nSomerville?\nHm?\n");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let knows = |turn: usize, answer: &str| server.requests()[turn].message().contains(answer);
    assert!(knows(0, "flowers") && knows(1, "flowers") && knows(1, "father"));
    assert!(knows(2, "father") && knows(2, "my friend") && !knows(3, "flowers"));
}

#[test]
fn the_first_model_that_the_server_has() {
    let server = Stub::new(|number, _, connection| match number {
        0 => whole(connection, "200 OK", "", r#"{"data": [{"id": "llama"}, {"id": "other"}]}"#),
        _ => whole(connection, "200 OK", "", r#"{"choices": [{"message": {"content": "In one piece."}}]}"#),
    });
    let persona = ada();
    let mut command = persona.talk(&["--no-system-role", "--var", "user=Sam"]);
    command.env("OPENAI_BASE_URL", &server.url).env("OPENAI_API_KEY", " sk-secret\n");
    let output = finish(command, "Hello!\n");
    assert!(text(&output.stderr).starts_with(&format!("(llama at {}, ", server.url)), "{}", text(&output.stderr));
    assert!(text(&output.stdout).ends_with("Good day, Sam!\n\nIn one piece.\n\n"), "{}", text(&output.stdout));
    let requests = server.requests();
    assert_eq!(requests[0].target, "GET /v1/models");
    assert!(requests.iter().all(|request| request.authorization.as_deref() == Some("Bearer sk-secret")));
    assert_eq!(requests[1].body["model"], "llama");
    assert!(requests[1].messages().iter().all(|(role, _)| role != "system"));
}

#[test]
fn what_the_server_refuses_is_told() {
    let persona = ada();
    let refused = |status: &'static str, body: &'static str| {
        let server = Stub::new(move |_, _, connection| whole(connection, status, "", body));
        let mut command = persona.talk(&["--url", &server.url, "--model", "m"]);
        command.env("OPENAI_API_KEY", "sk-secret");
        let output = finish(command, "Hello!\nAgain!\n");
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), HEAD.to_owned()));
        assert_eq!(server.requests().len(), 1, "a script does not go on");
        let shown = text(&output.stderr).replace(&server.url, "URL");
        let (_, error) = shown.split_once(" tokens up)\nerror: ").unwrap_or_else(|| panic!("{shown}"));
        error.to_owned()
    };
    assert_eq!(
        refused("401 Unauthorized", r#"{"error": {"message": "Incorrect API key: sk-secret.\n\u001b[31mSee"}}"#),
        "URL/chat/completions answered 401 Unauthorized: Incorrect API key: [key]. \\u{1b}[31mSee\n"
    );
    assert_eq!(
        refused("404 Not Found", r#"{"error": {"message": "model \"m\" not found", "code": null}}"#),
        "URL/chat/completions answered 404 Not Found: model \"m\" not found\n"
    );
    assert_eq!(refused("500 Oh", ""), "URL/chat/completions answered 500 Internal Server Error\n");
    assert_eq!(refused("200 OK", r#"{"error": "no memory for sk-secret"}"#), "no memory for [key]\n");
    assert_eq!(refused("200 OK", "data: {\"error\": \"sk-secret\"}\n\n"), "[key]\n");
    let page: &'static str = Box::leak("<html> ".repeat(1_000).into_boxed_str());
    let shown = refused("404 Not Found", page);
    assert!(shown.len() < 700 && shown.trim_end().ends_with('…'), "{shown}");
    // The list of models is asked for before anything is said.
    let server = Stub::new(|_, _, connection| whole(connection, "404 Not Found", "", r#"{"detail": "Not Found"}"#));
    let output = finish(persona.talk(&["--url", &server.url]), "Hello!\n");
    let expected = format!(
        "error: {}/models answered 404 Not Found: Not Found; --model names a model without asking\n",
        server.url
    );
    assert_eq!((text(&output.stderr), output.stdout.len(), output.status.code()), (expected, 0, Some(2)));
    let server = Stub::new(|_, _, connection| whole(connection, "200 OK", "", r#"{"data": []}"#));
    let output = finish(persona.talk(&["--url", &server.url]), "Hello!\n");
    assert!(text(&output.stderr).contains("has no model"), "{}", text(&output.stderr));
    // A redirection is not followed: the key and the conversation go where the user sent them.
    let server = Stub::new(|_, _, connection| {
        whole(connection, "307 Temporary Redirect", "Location: http://127.0.0.1:1/v1/chat/completions\r\n", "")
    });
    let output = persona.say(&server.url, "Hello!\n");
    assert!(text(&output.stderr).contains("307") && text(&output.stderr).contains("--url"), "{}", text(&output.stderr));
}

#[test]
fn a_server_that_is_not_there() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let url = format!("http://{free}/v1");
    let persona = ada();
    for arguments in [&["--url", &url, "--model", "m"][..], &["--url", &url]] {
        let output = finish(persona.talk(arguments), "Hello!\n");
        let shown = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2));
        assert!(shown.contains(&format!("nothing answers at {url}")) && shown.contains("ollama serve"), "{shown}");
    }
    // One that takes the connection and then says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/v1", silent.local_addr().expect("an address"));
    let output = finish(persona.talk(&["--url", &url, "--model", "m", "--timeout", "1"]), "Hello!\n");
    assert!(text(&output.stderr).contains("no word from"), "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn an_answer_that_breaks_off() {
    let persona = ada();
    let server = Stub::new(|_, _, connection| {
        begin(connection)?;
        chunk(connection, said("Once upon a time").as_bytes())
    });
    let output = persona.say(&server.url, "Tell!\n");
    assert_eq!(text(&output.stdout), format!("{HEAD}Once upon a time\n\n"));
    assert!(text(&output.stderr).contains("before the answer was whole"), "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(2));
    // One that ends well by the rules of HTTP, and not by those of the format.
    let server = Stub::new(|_, _, connection| events(connection, &said("Once"), 7));
    let output = persona.say(&server.url, "Tell!\n");
    assert!(text(&output.stderr).contains("before the answer was whole"), "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(2));
    // The model had no more room: that is an answer, with a note.
    let server = Stub::new(|_, _, connection| events(connection, &(said("Once") + &DONE.replace("stop", "length")), 7));
    let output = persona.say(&server.url, "Tell!\n");
    assert!(text(&output.stderr).contains("as long as it may be"), "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn nothing_in_an_answer_acts_on_the_terminal() {
    let server = Stub::saying(&["a\u{1b}]0;title\u{7}\u{1b}[2Jb\rc\r\nd\u{9b}e", "Again."]);
    let output = ada().say(&server.url, "Hello!\nAnd?\n");
    let shown = text(&output.stdout);
    assert!(shown.contains("a\\u{1b}]0;title\\u{7}\\u{1b}[2Jb\\rc\nd\\u{9b}e\n\n"), "{shown}");
    assert!(!shown.contains(|character: char| character.is_control() && character != '\n'), "{shown:?}");
    // The model gets its own words back as they were.
    assert!(server.requests()[1].messages().iter().any(|(_, content)| content.contains("\u{1b}[2J")));
}

#[test]
fn an_answer_without_end_is_ended() {
    let server = Stub::new(|_, _, connection| {
        begin(connection)?;
        let content = "endless ".repeat(1_000);
        let piece = format!("data: {}\n\n", serde_json::json!({"choices": [{"delta": {"content": content}}]}));
        loop {
            chunk(connection, piece.as_bytes())?;
        }
    });
    let output = ada().say(&server.url, "Hello!\n");
    assert!(text(&output.stderr).contains("the answer goes on"), "{}", text(&output.stderr));
    assert!(output.status.code() == Some(2) && output.stdout.len() < 2_000_000);
}

#[test]
fn a_key_stays_where_it_belongs() {
    let persona = ada();
    for url in [
        "http://example.com/v1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com/v1",
        "http://10.0.0.1/v1",
    ] {
        let mut command = persona.talk(&["--url", url, "--model", "m"]);
        command.env("OPENAI_API_KEY", "sk-secret");
        let output = finish(command, "Hello!\n");
        let shown = text(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{url}");
        assert!(shown.contains("is not sent over plain http to") && !shown.contains("sk-secret"), "{shown}");
    }
    for (url, why) in [
        ("http://localhost@example.com/v1", "user name"),
        ("localhost:11434/v1", "is no address of the form"),
        ("ftp://localhost/v1", "is no address of the form"),
        ("http://local host", "is no address of the form"),
        ("", "is no address of the form"),
    ] {
        let shown = text(&persona.say(url, "").stderr);
        assert!(shown.contains(why), "{url}: {shown}");
    }
    // Nor to a proxy, on the way to this machine.
    let proxy = Stub::saying(&[]);
    let server = Stub::saying(&["Hi."]);
    let mut command = persona.talk(&["--url", &(server.url.clone() + "/"), "--model", "m"]);
    command.env("OPENAI_API_KEY", "sk-secret");
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        command.env(variable, proxy.url.trim_end_matches("/v1"));
    }
    let output = finish(command, "Hello!\n/why\n");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(proxy.requests().is_empty());
    assert_eq!(server.requests()[0].authorization.as_deref(), Some("Bearer sk-secret"));
    assert!(!server.requests()[0].body.to_string().contains("sk-secret"));
    assert!(!(text(&output.stdout) + &text(&output.stderr)).contains("sk-secret"));
}

#[test]
fn commands_that_are_none() {
    let server = Stub::saying(&[]);
    let output = ada().say(&server.url, "/rest\n/bye\n/zzz\u{1b}\n/help\n/quit\nHello!\n");
    let shown = text(&output.stderr);
    for part in ["`/rest`; did you mean `/reset`?", "`/bye`; did you mean `/quit`?", "`/zzz\\u{1b}`: /help"] {
        assert!(shown.contains(part), "{shown}");
    }
    assert!(text(&output.stdout).contains("/reset  begin anew\n"));
    assert_eq!((output.status.code(), server.requests().len()), (Some(0), 0));
}

#[test]
fn what_is_said_has_its_bounds_too() {
    let server = Stub::saying(&["Hi.", "Hi."]);
    let persona = ada();
    let output = persona.say(&server.url, &"x".repeat(1 << 20));
    assert_eq!((output.status.code(), server.requests().len()), (Some(2), 0), "{}", text(&output.stderr));
    let output = persona.say(&server.url, &"x\\\n".repeat(1 << 20));
    assert_eq!((output.status.code(), server.requests().len()), (Some(2), 0), "{}", text(&output.stderr));
    // An end of input within a message, and bytes that are no text.
    let mut child = persona.talk(&["--url", &server.url, "--model", "m"]).spawn().expect("the command runs");
    child.stdin.take().expect("a pipe").write_all(b"\xff\nhalf\\").expect("it reads");
    assert_eq!(child.wait_with_output().expect("the command has ended").status.code(), Some(0));
    let said: Vec<bool> = ["\u{fffd}", "half"]
        .iter()
        .zip(server.requests())
        .map(|(message, request)| request.message().contains(message))
        .collect();
    assert_eq!(said, [true, true]);
}

#[test]
fn an_invalid_persona_is_one() {
    let output = Command::new(env!("CARGO_BIN_EXE_persona"))
        .args(["talk", "tests/fixtures/ten-mistakes.yaml", "--model", "m"])
        .stdin(Stdio::null())
        .output()
        .expect("the command runs");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert!(text(&output.stderr).contains("error["));
}

/// Sends the signal of Ctrl-C.
#[cfg(unix)]
fn interrupt(child: &Child) {
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(status.success());
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_the_answer_and_then_the_program() {
    let (closed, is_closed) = std::sync::mpsc::channel();
    let server = Stub::new(move |number, _, connection| {
        if number > 0 {
            return events(connection, &(said("As you wish.") + DONE), 5);
        }
        begin(connection)?;
        chunk(connection, said("Once upon").as_bytes())?;
        // The command closes the connection, so that a model need not go on.
        let end = connection.read(&mut [0; 1]);
        closed.send(matches!(end, Ok(0) | Err(_))).expect("the test listens");
        Ok(())
    });
    let persona = ada();
    let mut child = persona.talk(&["--url", &server.url, "--model", "m"]).spawn().expect("the command runs");
    let mut input = child.stdin.take().expect("a pipe");
    let mut output = child.stdout.take().expect("a pipe");
    let mut errors = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let mut until = |end: &str| {
        let mut shown = String::new();
        let mut byte = [0];
        while !shown.ends_with(end) {
            assert_eq!(output.read(&mut byte).expect("output"), 1, "{shown}");
            shown.push(char::from(byte[0]));
        }
    };
    input.write_all(b"Tell!\n").expect("it reads");
    until("Once upon");
    interrupt(&child);
    until("\n\n");
    assert_eq!(errors.nth(1).expect("a line").expect("text"), "(stopped)");
    assert!(is_closed.recv_timeout(std::time::Duration::from_secs(20)).expect("the connection is closed"));
    input.write_all(b"Enough.\n").expect("it reads");
    until("As you wish.\n\n");
    assert_eq!(server.requests()[1].messages()[4], ("assistant".to_owned(), "Once upon".to_owned()));
    interrupt(&child);
    assert_eq!(child.wait().expect("the command has ended").code(), Some(0));
}
