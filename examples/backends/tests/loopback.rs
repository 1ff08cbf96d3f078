//! Each client against a server on loopback, which looks at what it is sent and answers as its provider does.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use personas::{Message, MessageRole, Persona, Prompt, PromptTemplate, Variables};
use serde_json::{Value, json};

/// A server that takes one request.
struct Stub {
    base: String,
    request: JoinHandle<(String, Value)>,
}

impl Stub {
    fn answer(answer: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let request = std::thread::spawn(move || serve(accept(&listener), &answer));
        Self { base, request }
    }

    /// The path and the body of the request.
    fn request(self) -> (String, Value) {
        self.request.join().expect("a request")
    }
}

/// The first connection. A client that fails before it connects must not keep the test waiting.
fn accept(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).expect("a listener");
    let stream = (0..1_000).find_map(|_| {
        std::thread::sleep(Duration::from_millis(10));
        listener.accept().ok().map(|(stream, _)| stream)
    });
    let stream = stream.expect("a client within ten seconds");
    stream.set_nonblocking(false).expect("a stream");
    stream
}

fn serve(mut stream: TcpStream, answer: &Value) -> (String, Value) {
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    };
    let path = line().split(' ').nth(1).expect("a path").to_owned();
    let headers: Vec<String> = std::iter::from_fn(|| Some(line()).filter(|line| !line.is_empty())).collect();
    let length = headers.iter().find_map(|header| {
        let (name, value) = header.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.expect("a length")];
    reader.read_exact(&mut body).expect("a body");
    let answer = answer.to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ";
    write!(stream, "{head}{}\r\n\r\n{answer}", answer.len()).expect("an answer");
    (path, serde_json::from_slice(&body).expect("JSON"))
}

fn ada() -> Prompt {
    let mut ada = Persona::new("Ada", "A guide.");
    ada.greeting = Some("Good day!".into());
    ada.post_history_instructions = Some("Stay Ada.".into());
    let template = PromptTemplate::new("You are {{ char }}.").expect("a template");
    template.render(&ada, &Variables::new()).expect("a prompt")
}

fn history() -> Vec<Message> {
    vec![
        Message::new(MessageRole::Assistant, "Good day!"),
        Message::new(MessageRole::User, "Hello"),
        Message::new(MessageRole::Assistant, "What shall we compute?"),
    ]
}

const QUESTION: &str = "What is \"Note G\"? 🙂";

/// What the visitor's turn is where the reminder stands in it.
const WITH_REMINDER: &str = "What is \"Note G\"? 🙂\n\n<instructions>\nStay Ada.\n</instructions>";

fn openai_answer() -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-5",
        "choices": [{
            "index": 0, "finish_reason": "stop", "logprobs": null,
            "message": {"role": "assistant", "content": "My longest note.", "refusal": null}
        }],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    })
}

fn openai_messages() -> Value {
    json!([
        {"role": "system", "content": "You are Ada."},
        {"role": "assistant", "content": "Good day!"},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "What shall we compute?"},
        {"role": "user", "content": QUESTION},
        {"role": "system", "content": "Stay Ada."}
    ])
}

#[tokio::test]
async fn async_openai_chat() {
    let stub = Stub::answer(openai_answer());
    let answer = backends::async_openai::chat(&stub.base, &ada(), &history(), QUESTION).await;
    let (path, body) = stub.request();
    assert_eq!(path, "/v1/chat/completions");
    assert_eq!(body, json!({"model": "gpt-5", "messages": openai_messages()}));
    assert_eq!(answer.expect("an answer"), "My longest note.");
}

#[tokio::test]
async fn async_openai_responses() {
    let stub = Stub::answer(json!({
        "id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "model": "gpt-5",
        "output": [{
            "type": "message", "id": "msg_1", "status": "completed", "role": "assistant",
            "content": [{"type": "output_text", "text": "My longest note.", "annotations": [], "logprobs": []}]
        }]
    }));
    let answer = backends::async_openai::responses(&stub.base, &ada(), &history(), QUESTION).await;
    let (path, body) = stub.request();
    assert_eq!(path, "/v1/responses");
    let message = |role: &str, content: &str| json!({"type": "message", "role": role, "content": content});
    assert_eq!(body["instructions"], "You are Ada.");
    let input = [
        message("assistant", "Good day!"),
        message("user", "Hello"),
        message("assistant", "What shall we compute?"),
        message("user", QUESTION),
        message("developer", "Stay Ada."),
    ];
    assert_eq!(body["input"], json!(input));
    assert_eq!(answer.expect("an answer"), "My longest note.");
}

#[tokio::test]
async fn ollama_rs() {
    let stub = Stub::answer(json!({
        "model": "llama3.2", "created_at": "2026-11-24T12:00:00Z", "done": true,
        "message": {"role": "assistant", "content": "My longest note."},
        "total_duration": 1, "load_duration": 1, "prompt_eval_count": 1, "prompt_eval_duration": 1, "eval_count": 1,
        "eval_duration": 1
    }));
    let answer = backends::ollama_rs::chat(&stub.base, &ada(), &history(), QUESTION).await;
    let (path, body) = stub.request();
    assert_eq!(path, "/api/chat");
    assert_eq!((&body["model"], &body["stream"]), (&json!("llama3.2"), &json!(false)));
    let mut expected = openai_messages();
    let messages = expected.as_array_mut().expect("messages");
    messages.pop();
    messages[4]["content"] = json!(WITH_REMINDER);
    assert_eq!(said(&body), *messages);
    assert_eq!(answer.expect("an answer"), "My longest note.");
}

#[tokio::test]
async fn adk_anthropic() {
    let stub = Stub::answer(json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-opus-5",
        "content": [{"type": "text", "text": "My longest note."}],
        "stop_reason": "end_turn", "stop_sequence": null, "usage": {"input_tokens": 1, "output_tokens": 1}
    }));
    let answer = backends::adk_anthropic::messages(&stub.base, &ada(), &history(), QUESTION).await;
    let (path, body) = stub.request();
    assert_eq!(path, "/v1/messages");
    let ephemeral = json!({"type": "ephemeral"});
    assert_eq!(body["system"], json!([{"type": "text", "text": "You are Ada.", "cache_control": ephemeral}]));
    let text = |text: &str| json!({"type": "text", "text": text});
    let turns = [
        json!({"role": "user", "content": [text("(The conversation begins.)")]}),
        json!({"role": "assistant", "content": [text("Good day!")]}),
        json!({"role": "user", "content": [text("Hello")]}),
        json!({"role": "assistant", "content": [
            {"type": "text", "text": "What shall we compute?", "cache_control": ephemeral}
        ]}),
        json!({"role": "user", "content": [
            text(QUESTION), text("\n\n<instructions>\nStay Ada.\n</instructions>")
        ]}),
    ];
    assert_eq!(body["messages"], json!(turns));
    assert_eq!((&body["model"], &body["max_tokens"]), (&json!("claude-opus-5"), &json!(1024)));
    assert_eq!(answer.expect("an answer"), "My longest note.");
}

#[tokio::test]
async fn genai_openai() {
    let stub = Stub::answer(openai_answer());
    let answer = backends::genai::openai(&stub.base, &ada(), &history(), QUESTION).await;
    let (path, body) = stub.request();
    assert_eq!(path, "/v1/chat/completions");
    assert_eq!(body["messages"], openai_messages());
    assert_eq!(answer.expect("an answer"), "My longest note.");
}

#[tokio::test]
async fn genai_gemini() {
    let stub = Stub::answer(json!({
        "candidates": [{
            "content": {"role": "model", "parts": [{"text": "My longest note."}]}, "finishReason": "STOP", "index": 0
        }],
        "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2},
        "modelVersion": "gemini-3-flash"
    }));
    let answer = backends::genai::gemini(&stub.base, &ada(), &history(), QUESTION).await;
    let (path, body) = stub.request();
    assert!(path.starts_with("/v1beta/models/gemini-3-flash:generateContent"), "{path}");
    assert_eq!(body["systemInstruction"]["parts"][0]["text"].as_str().map(str::trim), Some("You are Ada."));
    let contents: Vec<(&str, &str)> = body["contents"]
        .as_array()
        .expect("contents")
        .iter()
        .filter_map(|content| Some((content["role"].as_str()?, content["parts"][0]["text"].as_str()?)))
        .collect();
    let expected = [
        ("user", "(The conversation begins.)"),
        ("model", "Good day!"),
        ("user", "Hello"),
        ("model", "What shall we compute?"),
        ("user", WITH_REMINDER),
    ];
    assert_eq!(contents, expected);
    assert_eq!(answer.expect("an answer"), "My longest note.");
}

#[tokio::test]
async fn rig_core() {
    let stub = Stub::answer(openai_answer());
    let answer = backends::rig_core::chat(&stub.base, &ada(), &history(), QUESTION).await;
    let (path, body) = stub.request();
    assert_eq!(path, "/v1/chat/completions");
    let mut expected = openai_messages();
    let messages = expected.as_array_mut().expect("messages");
    messages.pop();
    messages[4]["content"] = json!(WITH_REMINDER);
    assert_eq!(said(&body), *messages);
    assert_eq!(answer.expect("an answer"), "My longest note.");
}

/// Roles and texts of the messages, without what a client puts beside them, and whether it writes a text or blocks.
fn said(body: &Value) -> Vec<Value> {
    let text = |content: &Value| match content {
        Value::Array(blocks) => blocks.iter().filter_map(|block| block["text"].as_str()).collect(),
        content => content.as_str().unwrap_or_default().to_owned(),
    };
    let messages = body["messages"].as_array().expect("messages").iter();
    messages.map(|message| json!({"role": message["role"], "content": text(&message["content"])})).collect()
}
