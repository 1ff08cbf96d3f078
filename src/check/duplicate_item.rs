use std::collections::HashMap;

use super::{Context, Text};
use crate::diagnostic::{Code, quote};
use crate::source::{Source, Span};

/// A list that says the same thing twice.
pub(super) fn duplicate_item(context: &mut Context<'_>) {
    let mut lists: Vec<Vec<Text<'_>>> =
        ["tags", "topics", "adjectives", "style", "boundaries"].map(|list| context.texts(&format!("{list}/*"))).into();
    lists.push([context.texts("greeting"), context.texts("alternate_greetings/*")].concat());
    for faq in context.values("faq/*") {
        for list in ["keywords", "tags"] {
            let items = faq.get(list).map(|list| list.items()).unwrap_or_default();
            lists.push(items.iter().filter_map(super::Value::text).collect());
        }
    }
    for list in lists {
        let mut seen = HashMap::new();
        for item in list {
            if item.content.trim().is_empty() {
                continue;
            }
            let Some(first) = seen.insert(item.folded(), item.span) else {
                continue;
            };
            let message = format!("{} is in this list twice", quote(item.content.trim()));
            let found = item.finding(Code::DuplicateItem, message).related(first, "first written here");
            context.report(match removal(context.source, item.span) {
                Some(span) => found.help("delete one of the two").fix(span, ""),
                None => found.help("delete one of the two"),
            });
            seen.insert(item.folded(), first);
        }
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
