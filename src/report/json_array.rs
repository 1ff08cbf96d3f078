//! JSON as the formats write it: a value on a line, and only characters that are seen.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::escape::escape;

/// A JSON array that is written element by element, a line each, between what stands before and after it.
#[derive(Debug, Default)]
pub(super) struct JsonArray {
    begun: bool,
}

impl JsonArray {
    pub(super) fn push(&mut self, output: &mut dyn Write, element: &impl Serialize) -> io::Result<()> {
        output.write_all(if self.begun { b",\n" } else { b"\n" })?;
        self.begun = true;
        write_json(output, element)
    }

    pub(super) fn end(&self, output: &mut dyn Write) -> io::Result<()> {
        output.write_all(if self.begun { b"\n]" } else { b"]" })
    }
}

/// A value on one line.
pub(super) fn write_json(output: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(output, Visible)).map_err(io::Error::from)
}

/// Compact JSON that escapes what `serde_json` leaves as it is, such as U+009B, U+202E and U+2028.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let escaped = escape(fragment, |character| {
            character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
        });
        writer.write_all(escaped.as_bytes())
    }
}
