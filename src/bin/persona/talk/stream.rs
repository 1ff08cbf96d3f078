//! From the bytes of an answer to its text, in whatever pieces the bytes come.
//!
//! Sources: the HTML standard, "Server-sent events", and the OpenAI API reference, "Create chat completion". Beside
//! what these say it takes what servers are known to do: an answer in one piece of JSON though a stream was asked for,
//! events without blank lines between them, errors in the place of an event, and an end without `[DONE]`.

use serde_json::Value;

/// How long one event may be. Those of real servers have some hundred bytes; an answer in one piece fits too.
const LONGEST_EVENT: usize = 1 << 20;
/// How long the text of an answer may be: more than any model writes that still makes sense.
const LONGEST_TEXT: usize = 1 << 20;
/// How many bytes may come in all, so that a stream of comments has an end too.
const MOST_BYTES: usize = 64 << 20;

/// Reads an answer as it comes.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    form: Option<Form>,
    /// The line that has not ended, or all of the JSON.
    line: Vec<u8>,
    /// Whether the last line ended with a carriage return, of which a line feed may be the rest.
    after_return: bool,
    /// The data of an event that has not ended.
    data: Option<Vec<u8>>,
    bytes: usize,
    text: usize,
    finish_reason: Option<String>,
    end: Option<End>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Events,
    Json,
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// The model had said what it wanted to say, or as much as it may: then why it had to stop.
    Whole {
        /// What there is to tell of it, if anything.
        note: Option<&'static str>,
    },
    /// The server did not bring it to an end.
    Broken(String),
}

impl Decoder {
    /// Takes the next bytes, and gives the text in them.
    pub(super) fn push(&mut self, bytes: &[u8]) -> String {
        let mut text = String::new();
        for &byte in bytes {
            if self.is_over() {
                break;
            }
            self.bytes += 1;
            if self.bytes > MOST_BYTES {
                self.end = Some(End::Broken(format!("the server sent more than {MOST_BYTES} bytes, and no end")));
            } else {
                self.take(byte, &mut text);
            }
        }
        text
    }

    /// Whether nothing more of the stream matters.
    pub(super) fn is_over(&self) -> bool {
        self.end.is_some()
    }

    /// The end of the bytes, and why they ended if that was not the server's will: the last of the text, and how the
    /// answer ended.
    pub(super) fn finish(mut self, why: Option<String>) -> (String, End) {
        let mut text = String::new();
        match self.form {
            Some(Form::Json) if !self.is_over() => {
                let whole = std::mem::take(&mut self.line);
                match serde_json::from_slice::<Value>(&whole) {
                    Ok(value) => {
                        self.event(&value, &mut text);
                        // It is in one piece, so that it is whole whether or not it says so.
                        self.finish_reason.get_or_insert_default();
                    }
                    Err(_) if why.is_none() => self.end = Some(no_event(&whole)),
                    Err(_) => {}
                }
            }
            _ if !self.is_over() => {
                self.line_end(&mut text);
                // What is left is half of an event.
                if let Some(value) = self.data.take().and_then(|data| serde_json::from_slice(&data).ok()) {
                    self.event(&value, &mut text);
                }
            }
            _ => {}
        }
        let end = self.end.unwrap_or_else(|| match (self.finish_reason, why) {
            (Some(reason), _) => whole(&reason),
            (None, Some(why)) => End::Broken(why),
            (None, None) if self.text == 0 => {
                End::Broken("the server answered with no text; does the address end in /v1?".to_owned())
            }
            (None, None) => End::Broken("the server ended the stream before the answer was whole".to_owned()),
        });
        (text, end)
    }

    fn take(&mut self, byte: u8, text: &mut String) {
        let Some(form) = self.form else {
            // White space and a byte order mark say nothing.
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0xef | 0xbb | 0xbf) {
                self.form = Some(if matches!(byte, b'{' | b'[') { Form::Json } else { Form::Events });
                self.line.push(byte);
            }
            return;
        };
        let is_rest = std::mem::take(&mut self.after_return) && byte == b'\n';
        match (form, byte) {
            (Form::Events, b'\n') if is_rest => {}
            (Form::Events, b'\r' | b'\n') => {
                self.after_return = byte == b'\r';
                self.line_end(text);
            }
            _ if self.line.len() + self.data.as_ref().map_or(0, Vec::len) >= LONGEST_EVENT => {
                self.end = Some(End::Broken(format!("the server sent more than {LONGEST_EVENT} bytes in one event")));
            }
            _ => self.line.push(byte),
        }
    }

    fn line_end(&mut self, text: &mut String) {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            // The end of an event.
            if let Some(data) = self.data.take() {
                match serde_json::from_slice(&data) {
                    Ok(value) => self.event(&value, text),
                    Err(_) => self.end = Some(no_event(&data)),
                }
            }
            return;
        }
        let Some(data) = line.strip_prefix(b"data").and_then(|rest| match rest {
            [] => Some(rest),
            // One space belongs to the colon.
            [b':', b' ', rest @ ..] | [b':', rest @ ..] => Some(rest),
            _ => None,
        }) else {
            return;
        };
        match &mut self.data {
            Some(before) => {
                before.push(b'\n');
                before.extend_from_slice(data);
            }
            None if data.trim_ascii() == b"[DONE]" => {
                self.end = Some(whole(self.finish_reason.as_deref().unwrap_or_default()));
            }
            // Servers write an event on one line, and some forget the blank one behind it.
            None => match serde_json::from_slice(data) {
                Ok(value) => self.event(&value, text),
                Err(_) => self.data = Some(data.to_vec()),
            },
        }
    }

    fn event(&mut self, value: &Value, text: &mut String) {
        let Some(choice) = value.pointer("/choices/0") else {
            if let Some(message) = server_message(value) {
                self.end = Some(End::Broken(message));
            }
            return;
        };
        for message in ["delta", "message"] {
            for key in ["content", "refusal"] {
                self.add(&choice[message][key], text);
            }
        }
        if let Some(reason) = choice["finish_reason"].as_str() {
            self.finish_reason = Some(reason.to_owned());
        }
    }

    /// Adds content: a text, or a list of parts with a text each.
    fn add(&mut self, content: &Value, text: &mut String) {
        let parts = content.as_array().map(Vec::as_slice).unwrap_or_default();
        let parts = parts.iter().filter_map(|part| part["text"].as_str());
        for piece in content.as_str().into_iter().chain(parts) {
            self.text += piece.len();
            if self.text > LONGEST_TEXT {
                self.end = Some(End::Broken(format!("the answer goes on for more than {LONGEST_TEXT} bytes")));
                return;
            }
            text.push_str(piece);
        }
    }
}

fn whole(finish_reason: &str) -> End {
    let note = match finish_reason {
        "length" => Some("the server stopped here: the answer, or the conversation, is as long as it may be"),
        "content_filter" => Some("the server's filter stopped the answer here"),
        _ => None,
    };
    End::Whole { note }
}

fn no_event(data: &[u8]) -> End {
    End::Broken(format!("the server sent what is no chat completion: {}", String::from_utf8_lossy(data)))
}

/// What a server says went wrong, in any of the forms that servers have for it.
pub(super) fn server_message(value: &Value) -> Option<String> {
    let value = value.get(0).unwrap_or(value);
    let places = ["/error/message", "/error", "/message", "/detail/0/msg", "/detail"];
    places.iter().find_map(|place| value.pointer(place)).and_then(|found| match found {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    })
}

#[cfg(test)]
mod tests;
