use serde::Deserialize as _;

use super::{Context, Value};
use crate::diagnostic::{Code, Diagnostic, nearest, quote};
use crate::persona::{GapKind, Persona};

/// How many missing texts a finding names.
const MOST_NAMED: usize = 5;

/// Translations of what is not there, of what has changed, and of less than there is.
pub(super) fn translation(context: &mut Context<'_>) {
    // What a part lacks, others may have.
    if context.is_part() {
        return;
    }
    let translations = context.get("translations");
    for entry in translations.entries() {
        unknown(context, &translations.entry(entry));
    }
    // A file with errors is told of those alone.
    let Some(Ok(persona)) = context.root.node.map(Persona::deserialize) else {
        return;
    };
    for entry in translations.entries() {
        gaps(context, &entry.key, &translations.entry(entry), &persona);
    }
}

fn unknown(context: &mut Context<'_>, translation: &Value<'_, '_>) {
    let known = contents(context, "faq", "id");
    for item in translation.get("faq").items() {
        let id = item.get("id");
        let Some(id) = id.text().filter(|id| !known.contains(&id.content)) else {
            continue;
        };
        let message = format!("the original has no question with the id {}", quote(id.content));
        let found = id.finding(Code::UnknownTranslation, message);
        context.report(match nearest(id.content, known.iter().copied()) {
            Some(meant) => found.help(format!("did you mean {}?", quote(meant))).unsafe_fix(id.span, meant),
            None => found.help("delete the translation, or give the question this id"),
        });
    }
    for item in translation.get("related_characters").items() {
        // By its id, or without one by the name.
        let key = if item.get("id").exists() { "id" } else { "name" };
        let known = contents(context, "related_characters", key);
        let text = item.get(key);
        if let Some(text) = text.text().filter(|text| !known.contains(&text.content)) {
            let message = format!("the original has no related character with the {key} {}", quote(text.content));
            let found = text.finding(Code::UnknownTranslation, message);
            context.report(match nearest(text.content, known.iter().copied()) {
                Some(meant) => found.help(format!("did you mean {}?", quote(meant))).unsafe_fix(text.span, meant),
                None => found.help("delete the translation, or name the one who was meant"),
            });
        }
    }
}

/// What the items of a list have at a key.
fn contents<'a>(context: &Context<'a>, list: &'static str, key: &str) -> Vec<&'a str> {
    let list = context.get(list);
    list.items().filter_map(|item| item.get(key).text().map(|text| text.content)).collect()
}

fn gaps(context: &mut Context<'_>, language: &str, translation: &Value<'_, '_>, persona: &Persona) {
    let marks = persona.translation_marks();
    let of = translation.get("of");
    for entry in of.entries() {
        if !marks.contains_key(entry.key.as_ref()) {
            let message = format!("the original has no text {}", quote(&entry.key));
            let pointer = translation.way.pointer().key("of");
            let found = Diagnostic::new(Code::UnknownTranslation, message, pointer, entry.key_span);
            let meant = nearest(&entry.key, marks.keys().map(String::as_str));
            context.report(
                meant.into_iter().fold(found, |found, meant| found.help(format!("did you mean {}?", quote(meant)))),
            );
        }
    }
    let gaps = persona.translation_gaps(language);
    for gap in gaps.iter().filter(|gap| gap.kind == GapKind::Stale) {
        let of = of.get(&gap.key);
        let Some(of) = of.text() else {
            continue;
        };
        let message = format!("{} has changed since it was translated to {}", quote(&gap.key), quote(language));
        let mark = marks.get(&gap.key).map(String::as_str).unwrap_or_default();
        let found = of.finding(Code::StaleTranslation, message);
        context.report(found.help(format!("look at the translation again, and then write {} here", quote(mark))));
    }
    let missing: Vec<&str> =
        gaps.iter().filter(|gap| gap.kind == GapKind::Missing).map(|gap| gap.key.as_str()).collect();
    if let Some(key) = translation.key.filter(|_| !missing.is_empty()) {
        let mut named = missing.iter().take(MOST_NAMED).map(|key| quote(key)).collect::<Vec<_>>().join(", ");
        if missing.len() > MOST_NAMED {
            named += &format!(" and {} more", missing.len() - MOST_NAMED);
        }
        let message = format!("{} does not translate {named}", quote(language));
        let found = Diagnostic::new(Code::MissingTranslation, message, translation.way.pointer(), key);
        context.report(found.help("what is missing is shown in the language of the original"));
    }
}
