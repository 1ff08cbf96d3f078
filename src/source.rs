use std::fs::File;
use std::io::Read as _;
use std::ops::Range;
use std::path::Path;

use crate::limits::Limits;

/// A named text: the file that findings point into.
///
/// ```
/// use personas::Source;
///
/// let source = Source::new("ada.yaml", "name: Ada\nnäme: Ada\n");
/// let position = source.position(15);
/// assert_eq!((position.line, position.column), (2, 5));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Source {
    name: String,
    text: String,
    line_starts: Vec<usize>,
    columns: Columns,
    undecodable: Vec<Span>,
}

/// The characters before each block of bytes, kept for a text with a line longer than a block: were they counted from
/// the start of the line each time, a thousand findings on one line would take a thousand times as long as one.
#[derive(Clone, PartialEq, Eq)]
struct Columns(Vec<usize>);

impl Source {
    /// A source from text that is already in memory; `name` is what findings call it.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let line_starts: Vec<usize> = std::iter::once(0).chain(line_ends.map(|index| index + 1)).collect();
        let columns = Columns::new(&text, &line_starts);
        Self { name: name.into(), text, line_starts, columns, undecodable: Vec::new() }
    }

    /// A source from bytes that should be UTF-8.
    ///
    /// Bytes that are not are replaced by `?`, one for one, so that every other offset stays true;
    /// [`Document::parse`](crate::Document::parse) reports them.
    #[must_use]
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => return Self::new(name, text),
            Err(error) => error.into_bytes(),
        };
        let mut text = String::with_capacity(bytes.len());
        let mut undecodable = Vec::new();
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                let start = text.len();
                text.extend(chunk.invalid().iter().map(|_| '?'));
                undecodable.push(Span::new(start..text.len()));
            }
        }
        Self { undecodable, ..Self::new(name, text) }
    }

    /// Reads a file, within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// The file is not there, is a folder, or cannot be read.
    pub fn read(path: impl AsRef<Path>) -> std::io::Result<Self> {
        Self::read_with(path, &Limits::default())
    }

    /// Reads a file, and no more than one byte over `limits.bytes` of it.
    ///
    /// # Errors
    ///
    /// The file is not there, is a folder, or cannot be read.
    pub fn read_with(path: impl AsRef<Path>, limits: &Limits) -> std::io::Result<Self> {
        let path = path.as_ref();
        let enough = u64::try_from(limits.bytes).unwrap_or(u64::MAX).saturating_add(1);
        let file = File::open(path)?;
        // Room for all of it, and for one byte more, so that one reading meets the end.
        let size = file.metadata()?.len().saturating_add(1).min(enough);
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        file.take(enough).read_to_end(&mut bytes)?;
        Ok(Self::from_bytes(path.display().to_string(), bytes))
    }

    /// What findings call this text; for a file, its path.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of a persona file without folder and extension; none for a text that is no such file.
    #[must_use]
    pub fn stem(&self) -> Option<&str> {
        let path = Path::new(&self.name);
        path.file_stem().and_then(|stem| stem.to_str()).filter(|_| is_persona_file(path))
    }

    /// The whole text, a byte-order mark included.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text that a span covers; empty when the span lies outside of this source.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Where a byte stands. An offset past the end, or within a character, counts as the nearest one before.
    #[must_use]
    pub fn position(&self, byte: usize) -> Position {
        let byte = floor_char_boundary(&self.text, byte);
        let line = self.line_of(byte);
        let start = self.line_starts[line - 1];
        let start = byte - self.text[start..byte].trim_start_matches(BYTE_ORDER_MARK).len();
        Position { line, column: self.columns.between(&self.text, start..byte) + 1, byte }
    }

    /// Where lines begin.
    pub(crate) fn line_starts(&self) -> &[usize] {
        &self.line_starts
    }

    /// The line of a byte, from 1: what a position says of it, without counting columns.
    pub(crate) fn line_of(&self, byte: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= byte)
    }

    /// The bytes of a line, counted from 1, without its line end.
    pub(crate) fn line(&self, line: usize) -> Range<usize> {
        let start = self.line_starts[line - 1];
        let end = self.line_starts.get(line).copied().unwrap_or(self.text.len());
        start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len()
    }

    /// Where bytes stood that are not UTF-8.
    pub(crate) fn undecodable(&self) -> &[Span] {
        &self.undecodable
    }
}

impl Columns {
    const BLOCK: usize = 4096;

    fn new(text: &str, line_starts: &[usize]) -> Self {
        let ends = line_starts.iter().skip(1).copied().chain([text.len()]);
        let is_long = line_starts.iter().zip(ends).any(|(start, end)| end - start > Self::BLOCK);
        if !is_long {
            return Self(Vec::new());
        }
        let mut before = vec![0];
        for block in text.as_bytes().chunks(Self::BLOCK) {
            before.push(before[before.len() - 1] + characters(block));
        }
        Self(before)
    }

    /// The number of characters between two bytes of a line.
    fn between(&self, text: &str, range: Range<usize>) -> usize {
        let bytes = text.as_bytes();
        let before = |byte: usize| {
            let block = byte / Self::BLOCK;
            self.0[block] + characters(&bytes[block * Self::BLOCK..byte])
        };
        if self.0.is_empty() { characters(&bytes[range]) } else { before(range.end) - before(range.start) }
    }
}

/// The number of characters that begin in a run of bytes.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

/// The name and the length: a whole text would bury what it is shown beside.
impl std::fmt::Debug for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Source")
            .field("name", &self.name)
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// Whether a file is one of those that personas are kept in, by its name.
pub(crate) fn is_persona_file(path: &Path) -> bool {
    let is_one_of =
        |extension: &std::ffi::OsStr| ["yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known));
    path.extension().is_some_and(is_one_of)
}

pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// A range of bytes in a [`Source`], always on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(crate) const EMPTY: Self = Self { start: 0, end: 0 };

    /// A span over a range of bytes. Offsets from 4 GiB on count as the last one below.
    #[must_use]
    pub fn new(range: Range<usize>) -> Self {
        let narrow = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: narrow(range.start), end: narrow(range.end.max(range.start)) }
    }

    /// The first byte.
    #[must_use]
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// The byte after the last.
    #[must_use]
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// Both ends, to index text with.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start()..self.end()
    }
}

/// A place in a [`Source`] as a person names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in Unicode scalar values, from 1; a byte-order mark takes up none.
    pub column: usize,
    /// The offset in bytes, from 0.
    pub byte: usize,
}

impl std::fmt::Display for Position {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.line, self.column)
    }
}

fn floor_char_boundary(text: &str, byte: usize) -> usize {
    let byte = byte.min(text.len());
    (0..=byte).rev().find(|&index| text.is_char_boundary(index)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Also where a character lies across two blocks, and at the very end.
    #[test]
    fn columns_of_long_lines_are_those_that_are_counted() {
        for (line, times) in [("äb😀 語", 900), ("x", Columns::BLOCK * 2), ("\u{feff}é", 1_700)] {
            let text = format!("short\n{}\nshort\n{}", line.repeat(times), line.repeat(times));
            let source = Source::new("a.yaml", text.as_str());
            assert!(source.columns.0.len() > 2);
            for byte in (0..=text.len()).filter(|byte| byte % 97 < 4 || byte % Columns::BLOCK < 4) {
                let byte = floor_char_boundary(&text, byte);
                let start = text[..byte].rfind('\n').map_or(0, |end| end + 1);
                let before = text[start..byte].trim_start_matches(BYTE_ORDER_MARK);
                assert_eq!(source.position(byte).column, before.chars().count() + 1, "{byte}");
            }
        }
        assert!(Source::new("a.yaml", "short\n".repeat(Columns::BLOCK)).columns.0.is_empty());
    }

    /// No byte is looked at that is further away than a block, however long the line.
    #[test]
    fn a_position_is_near_a_count_that_is_kept() {
        let source = Source::new("a.yaml", "x".repeat(1 << 20));
        let blocks = source.text.len() / Columns::BLOCK;
        assert_eq!(source.columns.0, (0..=blocks).map(|block| block * Columns::BLOCK).collect::<Vec<_>>());
        assert_eq!(source.position(source.text.len()).column, source.text.len() + 1);
    }
}
