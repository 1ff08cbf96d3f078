//! Which bytes of a prompt came from which field of the persona.
//!
//! The prompt is rendered once more from a persona whose texts are marked by characters that no text has. Marks go
//! through filters such as `trim`, `indent` and `join` as other characters do. What comes out without them must equal
//! the prompt, byte for byte; where it does not, because a template measures or compares texts, nothing is claimed.

use std::cell::LazyCell;
use std::ops::Range;

use serde::Serialize;

use super::engine::Scope;
use super::list::Choice;
use super::origin::Origin;
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
        let render = |marks| move || origin.map(|origin| origin.marked_sections(marks)).unwrap_or_default();
        let marked = [LazyCell::new(render(Marks::All)), LazyCell::new(render(Marks::Prose))];
        let examples = origin.map(Origin::example_pointers).unwrap_or_default();
        for &zone in Zone::ALL {
            let mut at = 0;
            for (number, (section, text)) in self.texts(zone).enumerate() {
                let traced = match zone {
                    Zone::System | Zone::Context => marked.iter().find_map(|sections| {
                        sections.iter().filter(|other| other.name == section).find_map(|other| trace(&other.text, text))
                    }),
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
#[derive(Clone, Copy, PartialEq)]
enum Marks {
    All,
    /// Only those of more than one word, which no template compares.
    Prose,
}

impl Origin {
    /// All sections of this prompt, rendered with marks; none where the template fails at them.
    fn marked_sections(&self, marks: Marks) -> Vec<Section> {
        let prepared = &*self.prepared;
        let mut seen = prepared.seen.clone();
        for (key, value) in seen.iter_mut() {
            mark_all(value, &Pointer::root().key(key), marks);
        }
        let char = mark(&prepared.char, &Pointer::root().key("name"));
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
        rendered.unwrap_or_default()
    }

    /// Where the example turns come from, in their order.
    fn example_pointers(&self) -> Vec<Pointer> {
        let prepared = &*self.prepared;
        let mut pointers = Vec::new();
        for choices in [&prepared.stable_choices, &self.choices] {
            for (number, list) in prepared.lists.iter().enumerate().filter(|(_, list)| list.as_turns) {
                let mut items: Vec<usize> =
                    choices.iter().filter(|choice| choice.list == number).map(|choice| choice.item).collect();
                items.sort_unstable();
                for item in items {
                    let turns = list.messages(&prepared.seen, [item]).len();
                    pointers.extend((0..turns).map(|turn| list.pointer(item).index(turn).key("content")));
                }
            }
        }
        pointers
    }
}

/// Unicode's noncharacters, which are for use within a program and are in no text.
const OPEN: char = '\u{fdd0}';
const OPENED: char = '\u{fdd1}';
const CLOSE: char = '\u{fdd2}';

fn mark_all(value: &mut Value, pointer: &Pointer, marks: Marks) {
    match value {
        Value::Text(text) => {
            // What a template is likely to compare is left alone.
            let is_word = marks == Marks::Prose && !text.trim().contains(char::is_whitespace);
            if !is_word && !pointer.as_str().ends_with("/role") {
                *text = mark(text, pointer);
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                mark_all(item, &pointer.clone().index(index), marks);
            }
        }
        Value::Map(map) => {
            for (key, value) in map.iter_mut() {
                mark_all(value, &pointer.clone().key(key), marks);
            }
        }
        _ => {}
    }
}

/// A text between marks that name where it is from. White space around it stays outside, where `trim` finds it.
fn mark(text: &str, pointer: &Pointer) -> String {
    let inner = text.trim();
    if inner.is_empty() || inner.contains([OPEN, OPENED, CLOSE]) {
        return text.to_owned();
    }
    let start = text.len() - text.trim_start().len();
    let (before, after) = (&text[..start], &text[start + inner.len()..]);
    // Written in characters that `upper` and its like leave as they are.
    let name: String =
        pointer.as_str().bytes().map(|byte| char::from_u32(PRIVATE + u32::from(byte)).unwrap_or(OPEN)).collect();
    format!("{before}{OPEN}{name}{OPENED}{inner}{CLOSE}{after}")
}

/// Bytes of a pointer are written as characters of a private plane.
const PRIVATE: u32 = 0x10_0000;

/// The ranges of a text with where each is from, read from the same text with marks; none when it is not the same.
fn trace(marked: &str, text: &str) -> Option<Vec<(Range<usize>, Option<Pointer>)>> {
    let mut pieces: Vec<(Range<usize>, Option<Pointer>)> = Vec::new();
    let mut open: Vec<Pointer> = Vec::new();
    let mut at = 0;
    let mut rest = marked;
    loop {
        let end = rest.find([OPEN, CLOSE]).unwrap_or(rest.len());
        let plain = &rest[..end];
        if text.get(at..at + plain.len())? != plain {
            return None;
        }
        if !plain.is_empty() {
            let pointer = open.last().cloned();
            match pieces.last_mut() {
                Some((range, last)) if *last == pointer => range.end = at + plain.len(),
                _ => pieces.push((at..at + plain.len(), pointer)),
            }
            at += plain.len();
        }
        rest = &rest[end..];
        if let Some(named) = rest.strip_prefix(OPEN) {
            let (name, inner) = named.split_once(OPENED)?;
            let byte = |character: char| u8::try_from(u32::from(character).checked_sub(PRIVATE)?).ok();
            let name = name.chars().map(byte).collect::<Option<Vec<u8>>>()?;
            open.push(Pointer::from_json_pointer(std::str::from_utf8(&name).ok()?));
            rest = inner;
        } else if let Some(after) = rest.strip_prefix(CLOSE) {
            open.pop();
            rest = after;
        } else {
            return (at == text.len()).then_some(pieces);
        }
    }
}
