use std::collections::BTreeSet;

use super::options::{ExamplePlacement, PromptOptions, Selection};
use super::template::{Engine, Scope};
use super::{Section, zone::Zone};
use crate::error::Error;
use crate::message::{Message, MessageRole};
use crate::persona::{Persona, Role, Turn};
use crate::pointer::Pointer;
use crate::retrieval::{Field, Index};
use crate::tokens::TokenCounter;
use crate::value::{Map, Value};

/// A list of the persona of which a prompt may hold some items: the questions, or the example dialogues.
#[derive(Debug)]
pub(super) struct List {
    /// The key of the persona.
    pub(super) key: &'static str,
    /// What the built-in templates call the section of it.
    pub(super) section: &'static str,
    pub(super) selection: Selection,
    /// Whether its items become turns of their own, and no text of the system prompt.
    pub(super) as_turns: bool,
    pub(super) length: usize,
    /// The sections of the template that are different without it.
    pub(super) sections: BTreeSet<String>,
    /// The tokens of each item, and those that come with the first; only known where they are limited.
    pub(super) costs: Vec<usize>,
    pub(super) header: usize,
    index: Option<Index>,
}

/// An item of one of the lists, and how well it answers the message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Choice {
    pub(super) list: usize,
    pub(super) item: usize,
    pub(super) score: Option<f64>,
}

impl List {
    /// Both lists of a persona, as templates see it.
    pub(super) fn both(persona: &Persona, options: &PromptOptions) -> [Self; 2] {
        let list = |key, section, selection, length| {
            // With nothing to choose from, there is nothing to choose.
            let selection = if length == 0 { Selection::All } else { selection };
            let (costs, sections) = (Vec::new(), BTreeSet::new());
            Self { key, section, selection, as_turns: false, length, sections, costs, header: 0, index: None }
        };
        let mut faq = list("faq", "knowledge", options.faq, persona.faq.len());
        faq.index = faq.is_per_turn().then(|| Index::of_faq(&persona.faq));
        let mut examples = list("example_dialogues", "examples", options.examples, persona.example_dialogues.len());
        examples.as_turns = options.example_placement == ExamplePlacement::Turns;
        examples.index = examples.is_per_turn().then(|| {
            let dialogues = persona.example_dialogues.iter();
            Index::new(&dialogues.map(|dialogue| dialogue.iter().map(field).collect()).collect::<Vec<Vec<_>>>())
        });
        [faq, examples]
    }

    /// Whether its items are chosen for each turn.
    pub(super) fn is_per_turn(&self) -> bool {
        matches!(self.selection, Selection::Relevant { .. })
    }

    /// The items that are in a prompt without a message.
    pub(super) fn stable_items(&self) -> Vec<usize> {
        if self.selection == Selection::All { (0..self.length).collect() } else { Vec::new() }
    }

    /// The zone that its items stand in.
    pub(super) fn zone(&self) -> Zone {
        match (self.as_turns, self.is_per_turn()) {
            (true, _) => Zone::Examples,
            (false, true) => Zone::Context,
            (false, false) => Zone::System,
        }
    }

    pub(super) fn pointer(&self, item: usize) -> Pointer {
        Pointer::root().key(self.key).index(item)
    }

    /// The item that a pointer names.
    pub(super) fn item(&self, pointer: &Pointer) -> Option<usize> {
        let mut steps = pointer.steps();
        let item = (steps.next()? == self.key).then_some(steps.next()?)?.parse().ok()?;
        (item < self.length && steps.next().is_none()).then_some(item)
    }

    /// What it is called in a report.
    pub(super) fn title<'s>(&self, seen: &'s Map, item: usize) -> &'s str {
        items(seen, self.key).get(item).and_then(|item| texts(item).next()).unwrap_or_default()
    }

    /// The tokens of an item's texts alone.
    pub(super) fn text_tokens(&self, seen: &Map, item: usize, counter: &dyn TokenCounter) -> usize {
        let item = items(seen, self.key).get(item);
        item.into_iter().flat_map(texts).map(|text| counter.count(text)).sum()
    }

    /// Its items as turns of a conversation.
    pub(super) fn messages(&self, seen: &Map, chosen: impl IntoIterator<Item = usize>) -> Vec<Message> {
        let dialogues = items(seen, self.key);
        let turns = chosen.into_iter().filter_map(|item| list_of(dialogues.get(item)?)).flatten();
        let message = |turn: &Value| {
            let role = match turn.get("role")?.as_str()? {
                "user" => MessageRole::User,
                _ => MessageRole::Assistant,
            };
            Some(Message::new(role, turn.get("content")?.as_str()?))
        };
        turns.filter_map(message).collect()
    }

    /// The items that bear on a message, best first.
    pub(super) fn ranked(&self, list: usize, texts: &[(&str, f64)]) -> Vec<Choice> {
        let ranked = self.index.as_ref().map(|index| index.rank(texts.iter().copied())).unwrap_or_default();
        ranked.into_iter().map(|found| Choice { list, item: found.position, score: Some(found.score) }).collect()
    }

    /// Finds which sections depend on the list, and what an item costs, by rendering with none, one and two of them.
    pub(super) fn probe(
        &mut self,
        engine: &Engine,
        scope: &Scope,
        seen: &Map,
        counter: Option<&dyn TokenCounter>,
    ) -> Result<(), Error> {
        if self.length == 0 {
            return Ok(());
        }
        let mut added = 0;
        if !self.as_turns {
            let render = |items: &[usize]| engine.sections(scope.clone().with_items(self.key, items), |_| true);
            let (none, one) = (render(&[])?, render(&[0])?);
            let only = |these: &[Section], those: &[Section]| -> Vec<String> {
                these.iter().filter(|section| !those.contains(section)).map(|section| section.name.clone()).collect()
            };
            self.sections = only(&one, &none).into_iter().chain(only(&none, &one)).collect();
            let Some(counter) = counter else {
                return Ok(());
            };
            let tokens = |sections: &[Section]| {
                let own = sections.iter().filter(|section| self.sections.contains(&section.name));
                own.map(|section| counter.count(&section.text)).sum::<usize>()
            };
            let first = self.text_tokens(seen, 0, counter);
            self.header = tokens(&one).saturating_sub(first);
            if self.length > 1 {
                let second = self.text_tokens(seen, 1, counter);
                added = tokens(&render(&[0, 1])?).saturating_sub(tokens(&one) + second);
            }
        }
        if let Some(counter) = counter {
            self.costs = (0..self.length).map(|item| self.text_tokens(seen, item, counter) + added).collect();
        }
        Ok(())
    }
}

fn items<'s>(seen: &'s Map, key: &str) -> &'s [Value] {
    seen.get(key).and_then(list_of).unwrap_or_default()
}

fn list_of(value: &Value) -> Option<&[Value]> {
    match value {
        Value::List(items) => Some(items),
        _ => None,
    }
}

/// What is said in a dialogue, to look for: what the visitor says is like what another will say.
fn field(turn: &Turn) -> Field<'_> {
    let weight = if turn.role == Role::User { 5.0 } else { 1.0 };
    Field { text: &turn.content, weight }
}

/// The texts of an item that are shown: a question and its answer, or what is said in a dialogue.
fn texts(item: &Value) -> impl Iterator<Item = &str> {
    let of_faq = ["question", "answer"].into_iter().filter_map(|key| item.get(key));
    let of_dialogue = list_of(item).unwrap_or_default().iter().filter_map(|turn| turn.get("content"));
    of_faq.chain(of_dialogue).filter_map(Value::as_str)
}
