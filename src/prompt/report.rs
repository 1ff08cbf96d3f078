use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::list::{Choice, List};
use super::origin::{Origin, What};
use super::zone::Zone;
use super::{Prompt, Section};
use crate::Selection;
use crate::diagnostic::brief;
use crate::hash::{OFFSET_BASIS, fold};
use crate::pointer::Pointer;
use crate::tokens::{TokenCounter, TokenEstimator};

/// What is in a prompt, what it takes, and what was left out and why.
///
/// `Display` shows it as a table.
///
/// ```
/// use personas::{Outcome, Persona, PromptOptions, PromptTemplate, Variables};
///
/// let trotsky = Persona::read("personas/leon-trotsky.yaml")?;
/// let options = PromptOptions::new().max_tokens(3_000);
/// let prepared = PromptTemplate::default().prepare_with(&trotsky, &Variables::new(), &options)?;
/// let report = prepared.prompt().report();
/// assert!(report.tokens <= 3_000);
/// assert!(report.parts.iter().any(|part| matches!(part.outcome, Outcome::NoRoom { .. })));
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PromptReport {
    /// What counted the tokens: [`TokenCounter::name`](crate::TokenCounter::name).
    pub counter: String,
    /// How many there may be.
    pub max_tokens: Option<usize>,
    /// How many there are, in all zones.
    pub tokens: usize,
    /// The system prompt, which is the same for every turn.
    pub stable: StableZone,
    /// Each section, and each item of a list after the section that shows it.
    pub parts: Vec<PromptPart>,
}

/// The part of a prompt that a backend can cache: its text is the same, byte for byte, for every turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StableZone {
    /// Its length in bytes.
    pub bytes: usize,
    /// Its length in tokens.
    pub tokens: usize,
    /// FNV-1a of its bytes, in 16 hexadecimal digits: whoever logs it sees when a cache could not be used.
    pub hash: String,
}

/// A section of a prompt, or an item within one.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PromptPart {
    /// Where it stands, or would stand.
    pub zone: Zone,
    /// The name of the section.
    pub section: String,
    /// The item of the persona, such as `/faq/2`; none for a section.
    pub item: Option<Pointer>,
    /// What the item is called: its question, or what a dialogue begins with.
    pub title: Option<String>,
    /// What it takes, or would take. The tokens of items are part of their section's.
    pub tokens: usize,
    /// How well the item answers the message; higher is better. None where nothing was looked for.
    pub score: Option<f64>,
    /// Whether it is in the prompt, and if not, why.
    pub outcome: Outcome,
}

/// What became of a part of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// It is in the prompt.
    Taken,
    /// Items of its kind are not wanted: [`Selection::None`].
    NotWanted,
    /// It bears less on the message than those that were taken, or not at all.
    NotRelevant,
    /// There was no room for it.
    #[non_exhaustive]
    NoRoom {
        /// The tokens that were left.
        left: usize,
    },
}

impl Prompt {
    /// Tells what is in the prompt, what it takes, and what was left out and why.
    #[must_use]
    pub fn report(&self) -> PromptReport {
        let estimator = TokenEstimator::default();
        let origin = self.origin.as_deref();
        let counter: &dyn TokenCounter = origin.map_or(&estimator, |origin| &*origin.prepared.options.counter);
        let mut parts: Vec<PromptPart> = Vec::new();
        for &zone in Zone::ALL {
            for (section, text) in self.texts(zone) {
                let last = parts.last_mut().filter(|_| zone == Zone::Examples);
                match last.filter(|last| last.zone == zone) {
                    // The turns of examples are one section.
                    Some(last) => last.tokens += counter.count(text),
                    None => parts.push(PromptPart::section(zone, section, counter.count(text), Outcome::Taken)),
                }
            }
        }
        let between = counter.count(Section::BETWEEN);
        let between = between * (self.system.len().saturating_sub(1) + self.context.len());
        let tokens = parts.iter().map(|part| part.tokens).sum::<usize>() + between;
        if let Some(origin) = origin {
            origin.tell(&mut parts, counter);
        }
        let stable = self.to_string();
        PromptReport {
            counter: counter.name().to_owned(),
            max_tokens: origin.and_then(|origin| origin.prepared.options.max_tokens),
            tokens,
            stable: StableZone {
                bytes: stable.len(),
                tokens: counter.count(&stable),
                hash: format!("{:016x}", fold(OFFSET_BASIS, stable.as_bytes())),
            },
            parts,
        }
    }
}

impl PromptPart {
    fn section(zone: Zone, section: &str, tokens: usize, outcome: Outcome) -> Self {
        let section = section.to_owned();
        Self { zone, section, item: None, title: None, tokens, score: None, outcome }
    }
}

impl Origin {
    /// Adds what a prompt's text does not show: the items of its lists, and what was left out.
    fn tell(&self, parts: &mut Vec<PromptPart>, counter: &dyn TokenCounter) {
        let prepared = &*self.prepared;
        let left_out = || prepared.left_out.iter().chain(&self.left_out);
        for found in left_out() {
            if let What::Section(zone, section) = &found.what {
                parts.push(PromptPart::section(*zone, section, found.tokens, Outcome::NoRoom { left: found.room }));
            }
        }
        let mut outcomes = BTreeMap::new();
        for found in left_out() {
            if let What::Item(Choice { list, item, score }) = found.what {
                outcomes.insert((list, item), (Outcome::NoRoom { left: found.room }, score));
            }
        }
        for Choice { list, item, score } in prepared.stable_choices.iter().chain(&self.choices) {
            outcomes.insert((*list, *item), (Outcome::Taken, *score));
        }
        for (number, list) in prepared.lists.iter().enumerate() {
            let otherwise = match list.selection {
                Selection::None => Outcome::NotWanted,
                Selection::All => Outcome::NoRoom { left: 0 },
                Selection::Relevant { .. } => Outcome::NotRelevant,
            };
            let section = list.sections.first().map_or(list.section, String::as_str);
            let item = |item| {
                let (outcome, score) = outcomes.get(&(number, item)).copied().unwrap_or((otherwise, None));
                PromptPart {
                    zone: list.zone(),
                    section: section.to_owned(),
                    item: Some(list.pointer(item)),
                    title: Some(list.title(prepared.seen(), item).to_owned()),
                    tokens: list.item_tokens(prepared.seen(), item, counter),
                    score,
                    outcome,
                }
            };
            let items: Vec<PromptPart> = (0..list.length).map(item).collect();
            let is_its = |part: &PromptPart| part.section == section && part.item.is_none();
            let at = parts.iter().position(is_its).map_or(parts.len(), |at| at + 1);
            parts.splice(at..at, items);
        }
    }
}

impl List {
    fn item_tokens(&self, seen: &crate::value::Map, item: usize, counter: &dyn TokenCounter) -> usize {
        self.costs.get(item).copied().unwrap_or_else(|| self.text_tokens(seen, item, counter))
    }
}

impl fmt::Display for PromptReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} tokens by {}", self.tokens, self.counter)?;
        if let Some(most) = self.max_tokens {
            write!(formatter, ", at most {most}")?;
        }
        let StableZone { bytes, tokens, hash } = &self.stable;
        writeln!(formatter, "; the system prompt: {tokens} tokens, {bytes} bytes, FNV-1a {hash}")?;
        for part in &self.parts {
            let name = match &part.title {
                Some(title) => format!("  {}", brief(title)),
                None => format!("{} / {}", part.zone, part.section),
            };
            let why = match part.outcome {
                Outcome::Taken => String::new(),
                Outcome::NotWanted => "left out: not wanted".to_owned(),
                Outcome::NotRelevant => "left out: not relevant".to_owned(),
                Outcome::NoRoom { left } => format!("left out: {left} tokens were left"),
            };
            let score = part.score.map(|score| format!("score {score:.2}")).unwrap_or_default();
            let line = format!("{:>7}  {name:60} {score:12} {why}", part.tokens);
            writeln!(formatter, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
