use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{Context, Text};
use crate::diagnostic::{Code, quote};
use crate::source::{Source, Span};

/// A list that says the same thing twice.
pub(super) fn duplicate_item(context: &mut Context<'_>) {
    for list in ["tags", "topics", "adjectives", "style", "boundaries"] {
        look_at(context, context.get(list).texts());
    }
    let alternates = context.get("alternate_greetings");
    look_at(context, context.get("greeting").text().into_iter().chain(alternates.texts()));
    for faq in context.get("faq").items() {
        for list in ["keywords", "tags"] {
            look_at(context, faq.get(list).texts());
        }
    }
}

fn look_at<'a, 'w>(context: &mut Context<'_>, items: impl Iterator<Item = Text<'a, 'w>>) {
    let items: Vec<Text<'_, '_>> = items.filter(|item| !item.content.trim().is_empty()).collect();
    if items.len() < 2 {
        return;
    }
    let mut seen = HashMap::new();
    for item in items {
        let first = match seen.entry(item.folded()) {
            Entry::Occupied(first) => *first.get(),
            Entry::Vacant(place) => {
                place.insert(item.span);
                continue;
            }
        };
        let message = format!("{} is in this list twice", quote(item.content.trim()));
        let found = item.finding(Code::DuplicateItem, message).related(first, "first written here");
        context.report(match removal(context.source, item.span) {
            Some(span) => found.help("delete one of the two").fix(span, ""),
            None => found.help("delete one of the two"),
        });
    }
}

/// What to delete so that an item goes, and nothing else: its line in a block, it and its comma in brackets.
fn removal(source: &Source, item: Span) -> Option<Span> {
    let text = source.text();
    let before = text[..item.start()].trim_end_matches([' ', '\t']);
    if before.ends_with(',') {
        return Some(Span::new(before.len() - 1..item.end()));
    }
    let line = before.strip_suffix('-')?;
    let start = line.trim_end_matches(' ').len();
    let rest = text[item.end()..].find('\n').map_or(text.len(), |end| item.end() + end + 1);
    let is_alone = (start == 0 || text[..start].ends_with('\n')) && text[item.end()..rest].trim().is_empty();
    is_alone.then(|| Span::new(start..rest))
}
