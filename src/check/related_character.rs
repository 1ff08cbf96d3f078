use std::collections::HashMap;

use super::{Context, Text};
use crate::diagnostic::{Code, quote};

/// A character that stands to itself.
pub(super) fn self_relation(context: &mut Context<'_>) {
    let name = context.get("name").text();
    let id =
        context.get("id").text().map(|id| id.content.to_owned()).or_else(|| context.source.stem().map(str::to_owned));
    for related in context.get("related_characters").items() {
        let is_own = |text: &Text<'_, '_>, own: Option<&str>| own.is_some_and(|own| own == text.content);
        let own_id = related.get("id").text().filter(|text| is_own(text, id.as_deref()));
        let own_name = related.get("name").text().filter(|text| is_own(text, name.as_ref().map(|name| name.content)));
        if let Some(found) = own_id.or(own_name) {
            let message = format!("{} is the persona itself", quote(found.content));
            let found = found.finding(Code::SelfRelation, message);
            context.report(found.help("a related character is somebody else: delete the entry, or name who was meant"));
        }
    }
}

/// A character that is named twice: by its id, or by its name in the same relation.
pub(super) fn duplicate_character(context: &mut Context<'_>) {
    let mut seen = HashMap::new();
    for related in context.get("related_characters").items() {
        let id = related.get("id").text().map(|id| (id.content.to_owned(), String::new(), id));
        let name = related.get("name").text().zip(related.get("relation").text());
        let name = name.map(|(name, relation)| (name.normalized(), format!(" {}", relation.content), name));
        for (who, relation, at) in id.into_iter().chain(name) {
            if let Some(first) = seen.get(&(who.clone(), relation.clone())) {
                let message = format!("{} is named twice", quote(at.content));
                let found = at.finding(Code::DuplicateCharacter, message).related(*first, "first named here");
                context.report(found.help("say all of it in one entry"));
                break;
            }
            seen.insert((who, relation), at.span);
        }
    }
}
