//! A server on loopback that speaks as much of OpenAI's Chat Completions as a conversation needs.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

pub(super) struct Stub {
    pub(super) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

#[derive(Debug, Clone)]
pub(super) struct Request {
    /// Such as `POST /v1/chat/completions`.
    pub(super) target: String,
    pub(super) authorization: Option<String>,
    pub(super) body: Value,
}

impl Request {
    /// Roles and texts of the messages.
    pub(super) fn messages(&self) -> Vec<(String, String)> {
        let messages = self.body["messages"].as_array().expect("messages").iter();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        messages.map(|message| (text(&message["role"]), text(&message["content"]))).collect()
    }

    /// The text of the visitor's message, with what stands beside it.
    pub(super) fn message(&self) -> String {
        self.messages().pop().expect("a message").1
    }
}

impl Stub {
    /// A server that answers each request in its turn, counted from 0, and then closes the connection.
    pub(super) fn new(answer: impl Fn(usize, &Request, &mut TcpStream) -> io::Result<()> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for connection in listener.incoming() {
                let mut connection = connection.expect("a connection");
                connection.set_nodelay(true).expect("an option of the connection");
                // A connection that is closed at once asks for nothing.
                let Ok(request) = read(&connection) else { continue };
                let number = seen.lock().expect("the requests").len();
                seen.lock().expect("the requests").push(request.clone());
                // Whether the command was content is for the test to see.
                let _ = answer(number, &request, &mut connection);
            }
        });
        Self { url, requests }
    }

    /// One that says these things, each as a stream in pieces of three bytes.
    pub(super) fn saying(texts: &'static [&'static str]) -> Self {
        Self::new(move |number, _, connection| events(connection, &(said(texts[number]) + DONE), 3))
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("the requests").clone()
    }
}

fn read(connection: &TcpStream) -> io::Result<Request> {
    let mut reader = BufReader::new(connection);
    let mut request = Request { target: String::new(), authorization: None, body: Value::Null };
    let mut length = 0;
    for number in 0.. {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end() {
            "" => break,
            line if number == 0 => line.trim_end_matches(" HTTP/1.1").clone_into(&mut request.target),
            line => {
                let (name, value) = line.split_once(": ").expect("a header");
                match name.to_lowercase().as_str() {
                    "content-length" => length = value.parse().expect("a length"),
                    "authorization" => request.authorization = Some(value.to_owned()),
                    _ => {}
                }
            }
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    if length > 0 {
        request.body = serde_json::from_slice(&body)?;
    }
    Ok(request)
}

pub(super) const DONE: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\r\n\r\n\
    data: [DONE]\r\n\r\n";

/// A text as the events of a stream, two characters in each, with what else servers put between them.
pub(super) fn said(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut stream = ": keep-alive\r\n\r\n".to_owned();
    for piece in characters.chunks(2) {
        let content: String = piece.iter().collect();
        let event = serde_json::json!({"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": content}}]});
        stream += &format!("data: {event}\r\n\r\n");
    }
    stream
}

/// Answers with a stream whose pieces have a length that fits no character, line or event.
pub(super) fn events(connection: &mut TcpStream, stream: &str, length: usize) -> io::Result<()> {
    begin(connection)?;
    for piece in stream.as_bytes().chunks(length) {
        chunk(connection, piece)?;
    }
    connection.write_all(b"0\r\n\r\n")
}

pub(super) fn begin(connection: &mut TcpStream) -> io::Result<()> {
    connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
}

pub(super) fn chunk(connection: &mut TcpStream, piece: &[u8]) -> io::Result<()> {
    connection.write_all(&[format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat())
}

/// Answers in one piece.
pub(super) fn whole(connection: &mut TcpStream, status: &str, headers: &str, body: &str) -> io::Result<()> {
    let length = body.len();
    write!(connection, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
}
