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
    let languages = context.values("translations");
    let Some(entries) = languages.first().and_then(|languages| languages.node.entries()) else {
        return;
    };
    let languages = entries.iter().map(|entry| (entry.key.as_ref(), languages[0].entry(entry)));
    let languages: Vec<(&str, Value<'_>)> = languages.collect();
    for (_, value) in &languages {
        unknown(context, value);
    }
    // A file with errors is told of those alone.
    let Ok(persona) = Persona::deserialize(context.root) else {
        return;
    };
    for (language, value) in &languages {
        gaps(context, language, value, &persona);
    }
}

fn unknown(context: &mut Context<'_>, translation: &Value<'_>) {
    let known: Vec<&str> = context.texts("faq/*/id").iter().map(|text| text.content).collect();
    for item in translation.get("faq").iter().flat_map(Value::items) {
        let Some(id) = item.get("id").and_then(|id| id.text()).filter(|id| !known.contains(&id.content)) else {
            continue;
        };
        let message = format!("the original has no question with the id {}", quote(id.content));
        let found = id.finding(Code::UnknownTranslation, message);
        context.report(match nearest(id.content, known.iter().copied()) {
            Some(meant) => found.help(format!("did you mean {}?", quote(meant))).unsafe_fix(id.span, meant),
            None => found.help("delete the translation, or give the question this id"),
        });
    }
    for item in translation.get("related_characters").iter().flat_map(Value::items) {
        // By its id, or without one by the name.
        let key = if item.get("id").is_some() { "id" } else { "name" };
        let known = context.texts(&format!("related_characters/*/{key}"));
        let known: Vec<&str> = known.iter().map(|text| text.content).collect();
        if let Some(text) = item.get(key).and_then(|text| text.text()).filter(|text| !known.contains(&text.content)) {
            let message = format!("the original has no related character with the {key} {}", quote(text.content));
            let found = text.finding(Code::UnknownTranslation, message);
            context.report(match nearest(text.content, known.iter().copied()) {
                Some(meant) => found.help(format!("did you mean {}?", quote(meant))).unsafe_fix(text.span, meant),
                None => found.help("delete the translation, or name the one who was meant"),
            });
        }
    }
}

fn gaps(context: &mut Context<'_>, language: &str, translation: &Value<'_>, persona: &Persona) {
    let marks = persona.translation_marks();
    for entry in translation.get("of").iter().flat_map(|of| of.node.entries().unwrap_or_default()) {
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
        let Some(of) = translation.get("of").and_then(|of| of.get(&gap.key)?.text()) else {
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
