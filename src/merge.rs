//! How a file and those that it extends become one persona.
//!
//! Maps merge, lists go on without repeats, and a text, number or boolean of the later one wins. A question is the same
//! by its id or by its words, a related character by its id or name. Two that have different ids are never the same.

use std::collections::{HashMap, HashSet};

use crate::persona::comparable;
use crate::source::Span;
use crate::yaml::{Branch, Shape, Twig};

/// Keys that say something of one file, and of nobody who extends it.
const OF_THE_FILE: [&str; 4] = ["$schema", "spec", "id", "extends"];

/// Two values that cannot be merged.
#[derive(Debug, Clone)]
pub(crate) struct Clash {
    /// The value of the later one.
    pub(crate) over: (Span, &'static str),
    /// What it would go on from.
    pub(crate) under: (Span, &'static str),
}

/// Puts a later file over earlier ones. What a clash keeps is the later value.
pub(crate) fn merge<'s>(under: &mut Branch<'s>, over: Branch<'s>, clashes: &mut Vec<Clash>) {
    if let Shape::Map(twigs) = &mut under.shape {
        twigs.retain(|twig| !OF_THE_FILE.contains(&twig.key.as_ref()));
    }
    put(under, over, None, clashes);
}

/// Puts the texts of a file of its own under `translations`, over those that are there.
pub(crate) fn translate<'s>(into: &mut Branch<'s>, language: &str, texts: Branch<'s>, clashes: &mut Vec<Clash>) {
    let Shape::Map(twigs) = &mut into.shape else {
        return;
    };
    // A key that nobody wrote stands where the texts begin.
    let (span, key_span) = (texts.span, Span::new(texts.span.start()..texts.span.start()));
    let place = twigs.iter().position(|twig| twig.key == "translations").unwrap_or_else(|| {
        let value = Branch { shape: Shape::Map(Vec::new()), span };
        twigs.push(Twig { key: "translations".into(), key_span, value });
        twigs.len() - 1
    });
    if let Shape::Map(languages) = &mut twigs[place].value.shape {
        put_all(languages, vec![Twig { key: language.to_owned().into(), key_span, value: texts }], clashes);
    }
}

/// What of a whole persona remains of the file that said it: what it extends is now part of it.
pub(crate) fn finish(merged: &mut Branch<'_>) {
    if let Shape::Map(twigs) = &mut merged.shape {
        twigs.retain(|twig| twig.key != "extends");
    }
}

/// `key` is that of the list, when its items are found by an id.
fn put<'s>(under: &mut Branch<'s>, over: Branch<'s>, key: Option<&str>, clashes: &mut Vec<Clash>) {
    let kinds = (kind(under), kind(&over));
    match (&mut under.shape, over.shape) {
        (Shape::Map(twigs), Shape::Map(others)) => {
            under.span = over.span;
            put_all(twigs, others, clashes);
        }
        (Shape::List(items), Shape::List(others)) => {
            if !others.is_empty() {
                under.span = over.span;
            }
            let name = match key {
                Some("faq") => Some("question"),
                Some("related_characters") => Some("name"),
                _ => None,
            };
            append(items, others, name, clashes);
        }
        (Shape::Leaf(_), shape @ Shape::Leaf(_)) => *under = Branch { shape, span: over.span },
        (_, shape) => {
            clashes.push(Clash { over: (over.span, kinds.1), under: (under.span, kinds.0) });
            *under = Branch { shape, span: over.span };
        }
    }
}

fn put_all<'s>(twigs: &mut Vec<Twig<'s>>, others: Vec<Twig<'s>>, clashes: &mut Vec<Clash>) {
    let mut places: HashMap<String, usize> =
        twigs.iter().enumerate().map(|(place, twig)| (twig.key.clone().into_owned(), place)).collect();
    for twig in others {
        if let Some(&place) = places.get(twig.key.as_ref()) {
            let known = &mut twigs[place];
            known.key_span = twig.key_span;
            put(&mut known.value, twig.value, Some(&twig.key), clashes);
        } else {
            places.insert(twig.key.clone().into_owned(), twigs.len());
            twigs.push(twig);
        }
    }
}

/// Appends what is not there yet. What a list has twice by itself stays there twice: that is for a rule to tell.
fn append<'s>(items: &mut Vec<Branch<'s>>, others: Vec<Branch<'s>>, name: Option<&str>, clashes: &mut Vec<Clash>) {
    let there: HashSet<String> = items.iter().map(Branch::canonical).collect();
    let mut by_id = HashMap::new();
    let mut by_name = HashMap::new();
    if let Some(name) = name {
        for (place, item) in items.iter().enumerate() {
            if let Some(id) = text(item, "id") {
                by_id.entry(id.to_owned()).or_insert(place);
            }
            if let Some(name) = text(item, name) {
                by_name.entry(comparable(name)).or_insert(place);
            }
        }
    }
    for other in others {
        if there.contains(&other.canonical()) {
            continue;
        }
        let id = text(&other, "id");
        let same_id = id.and_then(|id| by_id.get(id)).copied();
        let same_name = name.and_then(|name| by_name.get(&comparable(text(&other, name)?))).copied();
        let same_name = same_name.filter(|&place| id.is_none() || text(&items[place], "id").is_none());
        match same_id.or(same_name) {
            Some(place) => put(&mut items[place], other, None, clashes),
            None => items.push(other),
        }
    }
}

fn text<'b>(branch: &'b Branch<'_>, key: &str) -> Option<&'b str> {
    branch.get(key)?.text()
}

fn kind(branch: &Branch<'_>) -> &'static str {
    match branch.shape {
        Shape::Leaf(_) => "one value",
        Shape::List(_) => "a list",
        Shape::Map(_) => "a map",
    }
}
