//! Waiting for an answer and for Ctrl-C, whichever comes first.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use super::client::Client;
use super::stream::{Decoder, End};
use crate::visible::Visible;

/// How often to look whether Ctrl-C was pressed: at once, for a person.
const INTERVAL: Duration = Duration::from_millis(30);
/// How many pieces may wait to be shown.
const WAITING: usize = 64;

/// What the persona said, and how it ended.
pub(super) struct Answer {
    pub(super) text: String,
    /// None when Ctrl-C ended it.
    pub(super) end: Option<End>,
}

/// Ctrl-C: while an answer comes it stops the answer, and at any other time the program.
#[derive(Clone)]
pub(super) struct Interrupt {
    is_answering: Arc<AtomicBool>,
    is_pressed: Arc<AtomicBool>,
}

impl Interrupt {
    pub(super) fn listen() -> Result<Self, String> {
        let interrupt = Self { is_answering: Arc::default(), is_pressed: Arc::default() };
        let Self { is_answering, is_pressed } = interrupt.clone();
        let handler = move || {
            if is_answering.load(Ordering::SeqCst) {
                is_pressed.store(true, Ordering::SeqCst);
            } else {
                std::process::exit(0);
            }
        };
        ctrlc::set_handler(handler).map_err(|error| format!("cannot listen to Ctrl-C: {error}"))?;
        Ok(interrupt)
    }
}

/// Asks for an answer and shows it as it comes.
pub(super) fn answer(
    client: &Client,
    interrupt: &Interrupt,
    body: Vec<u8>,
    show: impl FnMut(&str) -> io::Result<()>,
) -> io::Result<Answer> {
    interrupt.is_pressed.store(false, Ordering::SeqCst);
    interrupt.is_answering.store(true, Ordering::SeqCst);
    let answer = receive(client, interrupt, body, show);
    interrupt.is_answering.store(false, Ordering::SeqCst);
    answer
}

enum Event {
    Bytes(Vec<u8>),
    End(Result<(), String>),
}

fn receive(
    client: &Client,
    interrupt: &Interrupt,
    body: Vec<u8>,
    mut show: impl FnMut(&str) -> io::Result<()>,
) -> io::Result<Answer> {
    let request = client.request();
    let (sender, receiver) = sync_channel(WAITING);
    let sending = request.clone();
    // Nobody waits for the thread: a connection that is being made cannot be stopped, only left.
    thread::spawn(move || {
        let result = sending.chat(&body, |bytes| sender.send(Event::Bytes(bytes.to_vec())).is_ok());
        let _ = sender.send(Event::End(result));
    });
    let mut decoder = Decoder::default();
    let mut visible = Visible::default();
    let mut text = String::new();
    let mut add = |piece: &str| {
        // What a model puts before its first word would be a gap on the screen.
        let piece = if text.is_empty() { piece.trim_start() } else { piece };
        text.push_str(piece);
        if piece.is_empty() { Ok(()) } else { show(&visible.show(piece)) }
    };
    let end = loop {
        if interrupt.is_pressed.load(Ordering::SeqCst) {
            break None;
        }
        match receiver.recv_timeout(INTERVAL) {
            Ok(Event::Bytes(bytes)) => {
                add(&decoder.push(&bytes))?;
                if decoder.is_over() {
                    break Some(decoder.finish(None).1);
                }
            }
            Ok(Event::End(result)) => {
                let (piece, end) = decoder.finish(result.err());
                add(&piece)?;
                break Some(end);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break Some(End::Broken("the connection is lost".to_owned())),
        }
    };
    request.stop();
    Ok(Answer { text, end })
}
