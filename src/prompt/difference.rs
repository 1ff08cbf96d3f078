use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::Prompt;
use super::zone::Zone;

/// How one prompt differs from another, section by section.
///
/// `Display` shows a line for each change.
///
/// ```
/// use personas::Persona;
///
/// let mut ada = Persona::new("Ada", "A guide.");
/// let before = ada.prompt()?;
/// ada.style.push("Speak in whole sentences.".into());
/// let difference = ada.prompt()?.diff(&before);
/// assert_eq!(difference.to_string(), "+ system / style\n");
/// assert!(before.diff(&before).changes.is_empty());
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PromptDifference {
    /// The sections that are not the same, in the order of the newer prompt; those that are gone come last.
    pub changes: Vec<SectionChange>,
}

/// A section that one of two prompts has otherwise, or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SectionChange {
    /// The zone that it stands in.
    pub zone: Zone,
    /// Its name.
    pub section: String,
    /// Its text in the older prompt.
    pub before: Option<String>,
    /// Its text in the newer prompt.
    pub after: Option<String>,
}

impl Prompt {
    /// What is different from an older prompt.
    #[must_use]
    pub fn diff(&self, before: &Prompt) -> PromptDifference {
        let mut changes = Vec::new();
        let (mut old, new) = (before.numbered(), self.numbered());
        for (place, after) in new {
            let before = old.iter().position(|(other, _)| *other == place).map(|found| old.remove(found).1);
            if before != Some(after) {
                changes.push(SectionChange::new(place, before, Some(after)));
            }
        }
        changes.extend(old.into_iter().map(|(place, before)| SectionChange::new(place, Some(before), None)));
        PromptDifference { changes }
    }

    /// Each section by its zone, its name, and how many of that name stand before it.
    fn numbered(&self) -> Vec<((Zone, &str, usize), &str)> {
        let mut seen = BTreeMap::new();
        let texts = Zone::ALL.iter().copied().flat_map(|zone| self.texts(zone).map(move |text| (zone, text)));
        let numbered = texts.map(|(zone, (section, text))| {
            let count = seen.entry((zone, section)).or_insert(0_usize);
            *count += 1;
            ((zone, section, *count), text)
        });
        numbered.collect()
    }
}

impl SectionChange {
    fn new((zone, section, _): (Zone, &str, usize), before: Option<&str>, after: Option<&str>) -> Self {
        let (before, after) = (before.map(str::to_owned), after.map(str::to_owned));
        Self { zone, section: section.to_owned(), before, after }
    }
}

impl fmt::Display for PromptDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for SectionChange { zone, section, before, after } in &self.changes {
            let sign = match (before, after) {
                (None, _) => '+',
                (_, None) => '-',
                _ => '~',
            };
            writeln!(formatter, "{sign} {zone} / {section}")?;
        }
        Ok(())
    }
}
