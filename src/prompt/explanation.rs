//! Which bytes of a prompt came from which field of the persona.
//!
//! The prompt is rendered once more from a persona whose texts are marked by characters that no text has. Marks go
//! through filters such as `trim`, `indent` and `join` as other characters do. What comes out without them must equal
//! the prompt, byte for byte; where it does not, because a template measures or compares texts, nothing is claimed.

use std::cell::LazyCell;
use std::ops::Range;

use serde::Serialize;

use super::list::Choice;
use super::origin::Origin;
use super::prepared::items;
use super::template::Scope;
use super::zone::Zone;
use super::{Prompt, Section};
use crate::pointer::Pointer;
use crate::value::Value;

/// Where the text of a [`Prompt`] came from, piece by piece.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The pieces in order, without gaps: each byte of a section is in one of them.
    pub pieces: Vec<Piece>,
}

/// Bytes of a prompt that came from one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Piece {
    /// The zone of the prompt.
    pub zone: Zone,
    /// The name of the section.
    pub section: String,
    /// The bytes within the zone's text, in which sections have an empty line between them.
    pub range: Range<usize>,
    /// The text of the persona that they were made from, such as `/faq/2/answer`; none where the template wrote them.
    pub pointer: Option<Pointer>,
}

/// Ranges of a text, and the place that each is from.
type Traced = Vec<(Range<usize>, Option<Pointer>)>;

impl Prompt {
    /// Tells of each byte of the prompt which section it is in, and which text of the persona it came from.
    ///
    /// Where the texts stand in the persona's file, [`Document::locate`](crate::Document::locate) knows.
    ///
    /// ```
    /// use personas::Persona;
    ///
    /// let prompt = Persona::new("Ada", "A guide to the Analytical Engine.").prompt()?;
    /// let text = prompt.to_string();
    /// let explanation = prompt.explain();
    /// let piece = explanation.pieces.iter().find(|piece| text[piece.range.clone()].starts_with("A guide"));
    /// let pointer = piece.and_then(|piece| piece.pointer.as_ref()).map(ToString::to_string);
    /// assert_eq!(pointer.as_deref(), Some("/description"));
    /// # Ok::<(), personas::Error>(())
    /// ```
    #[must_use]
    pub fn explain(&self) -> Explanation {
        let mut pieces = Vec::new();
        let origin = self.origin.as_deref();
        // A template that compares short texts may still only print those that are prose.
        let render = |marks| move || origin.map(|origin| origin.marked(marks)).unwrap_or_default();
        let marked = [LazyCell::new(render(Marks::All)), LazyCell::new(render(Marks::Prose))];
        let examples = origin.map(Origin::example_pointers).unwrap_or_default();
        for &zone in Zone::ALL {
            let mut at = 0;
            for (number, (section, text)) in self.texts(zone).enumerate() {
                let traced = match zone {
                    Zone::System | Zone::Context => marked.iter().find_map(|marked| marked.trace(section, text)),
                    Zone::Greeting => Some(vec![(0..text.len(), Some(Pointer::root().key("greeting")))]),
                    Zone::Reminder => {
                        Some(vec![(0..text.len(), Some(Pointer::root().key("post_history_instructions")))])
                    }
                    Zone::Examples => Some(vec![(0..text.len(), examples.get(number).cloned())]),
                    Zone::History | Zone::Message => None,
                };
                for (range, pointer) in traced.unwrap_or_else(|| vec![(0..text.len(), None)]) {
                    let range = range.start + at..range.end + at;
                    pieces.push(Piece { zone, section: section.to_owned(), range, pointer });
                }
                at += text.len() + Section::BETWEEN.len();
            }
        }
        Explanation { pieces }
    }
}

/// Which texts are marked.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Marks {
    All,
    /// Only those of more than one word, which no template compares.
    Prose,
}

/// Sections whose text says by marks where it is from, and the places that the marks name.
#[derive(Default)]
struct Marked {
    sections: Vec<Section>,
    pointers: Vec<Pointer>,
}

impl Origin {
    /// All sections of this prompt, rendered with marks; none where the template fails at them.
    fn marked(&self, marks: Marks) -> Marked {
        let prepared = &*self.prepared;
        let mut pointers = Vec::new();
        let mut seen = prepared.seen().clone();
        for (key, value) in seen.iter_mut() {
            mark_all(value, Pointer::root().key(key), marks, &mut pointers);
        }
        let char = mark(&prepared.persona.name, Pointer::root().key("name"), &mut pointers);
        let all: Vec<Choice> = prepared.stable_choices.iter().chain(&self.choices).copied().collect();
        let per_turn = prepared.per_turn_sections();
        let render = |choices: &[Choice], is_per_turn: bool| {
            let scope = Scope::new(&char, &seen, &prepared.variables)?;
            prepared.sections(prepared.scope_of(scope, choices), |name| per_turn.contains(name) == is_per_turn)
        };
        let rendered = render(&prepared.stable_choices, false).and_then(|mut sections| {
            if !per_turn.is_empty() {
                sections.extend(render(&all, true)?);
            }
            Ok(sections)
        });
        Marked { sections: rendered.unwrap_or_default(), pointers }
    }

    /// Where the example turns come from, in their order.
    fn example_pointers(&self) -> Vec<Pointer> {
        let prepared = &*self.prepared;
        let mut pointers = Vec::new();
        for choices in [&prepared.stable_choices, &self.choices] {
            for (number, list) in prepared.lists.iter().enumerate().filter(|(_, list)| list.as_turns) {
                for item in items(choices, number) {
                    let turns = list.messages(prepared.seen(), [item]).len();
                    pointers.extend((0..turns).map(|turn| list.pointer(item).index(turn).key("content")));
                }
            }
        }
        pointers
    }
}

/// Unicode's noncharacters, which are for use within a program and are in no text. A mark opens with the number of its
/// place in as many of sixteen digits as it takes.
const OPEN: char = '\u{fdd0}';
const OPENED: char = '\u{fdd1}';
const CLOSE: char = '\u{fdd2}';
const ZERO: u32 = 0xfdd3;

fn mark_all(value: &mut Value, pointer: Pointer, marks: Marks, pointers: &mut Vec<Pointer>) {
    match value {
        Value::Text(text) => {
            // What a template is likely to compare is left alone.
            let is_word = marks == Marks::Prose && !text.trim().contains(char::is_whitespace);
            if !is_word && !pointer.as_str().ends_with("/role") {
                *text = mark(text, pointer, pointers);
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                mark_all(item, pointer.clone().index(index), marks, pointers);
            }
        }
        Value::Map(map) => {
            for (key, value) in map.iter_mut() {
                mark_all(value, pointer.clone().key(key), marks, pointers);
            }
        }
        _ => {}
    }
}

/// A text each of whose lines stands between marks, so that a filter which takes some of them takes whole marks. White
/// space around a line stays outside, where `trim` finds it.
fn mark(text: &str, pointer: Pointer, pointers: &mut Vec<Pointer>) -> String {
    if text.contains([OPEN, OPENED, CLOSE]) {
        return text.to_owned();
    }
    let number = pointers.len();
    pointers.push(pointer);
    let digits = format!("{number:x}");
    let digits = digits.chars().filter_map(|digit| char::from_u32(ZERO + digit.to_digit(16)?)).collect::<String>();
    let mut marked = String::with_capacity(text.len() * 2);
    for line in text.split_inclusive('\n') {
        let inner = line.trim();
        if inner.is_empty() {
            marked.push_str(line);
            continue;
        }
        let start = line.len() - line.trim_start().len();
        marked.push_str(&line[..start]);
        marked.extend([OPEN].into_iter().chain(digits.chars()).chain([OPENED]));
        marked.push_str(inner);
        marked.push(CLOSE);
        marked.push_str(&line[start + inner.len()..]);
    }
    marked
}

impl Marked {
    /// The ranges of a text with where each is from, by the section that is the same but for its marks.
    fn trace(&self, section: &str, text: &str) -> Option<Traced> {
        let mut sections = self.sections.iter().filter(|marked| marked.name == section);
        sections.find_map(|marked| self.read(&marked.text, text))
    }

    fn read(&self, marked: &str, text: &str) -> Option<Traced> {
        let mut pieces: Traced = Vec::new();
        let mut open: Vec<&Pointer> = Vec::new();
        let (mut at, mut rest) = (0, marked);
        loop {
            let end = rest.find([OPEN, CLOSE]).unwrap_or(rest.len());
            let plain = &rest[..end];
            if text.get(at..at + plain.len())? != plain {
                return None;
            }
            if !plain.is_empty() {
                push(&mut pieces, at..at + plain.len(), open.last().copied(), text);
                at += plain.len();
            }
            rest = &rest[end..];
            if let Some(numbered) = rest.strip_prefix(OPEN) {
                let (digits, inner) = numbered.split_once(OPENED)?;
                let digit = |number: usize, digit: char| {
                    let digit = u32::from(digit).checked_sub(ZERO).filter(|digit| *digit < 16)?;
                    Some(number.checked_mul(16)? + digit as usize)
                };
                let number = digits.chars().try_fold(0, digit)?;
                open.push(self.pointers.get(number)?);
                rest = inner;
            } else if let Some(after) = rest.strip_prefix(CLOSE) {
                open.pop()?;
                rest = after;
            } else {
                // A mark that lost its end would claim what is not its own.
                return (at == text.len() && open.is_empty()).then_some(pieces);
            }
        }
    }
}

/// Adds a piece; the lines of one text are one piece.
fn push(pieces: &mut Traced, range: Range<usize>, pointer: Option<&Pointer>, text: &str) {
    if let [.., (before, from), (between, None)] = &mut pieces[..]
        && pointer.is_some()
        && from.as_ref() == pointer
        && text[between.clone()].trim().is_empty()
    {
        before.end = range.end;
        pieces.pop();
        return;
    }
    match pieces.last_mut() {
        Some((last, from)) if from.as_ref() == pointer => last.end = range.end,
        _ => pieces.push((range, pointer.cloned())),
    }
}
