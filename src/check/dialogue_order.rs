use super::Context;
use crate::diagnostic::{Code, quote};
use crate::source::Span;

/// An example dialogue that no chat could have been: backends want the user first, and turn about.
pub(super) fn dialogue_order(context: &mut Context<'_>) {
    for dialogue in context.get("example_dialogues").items() {
        let mut before: Option<(&str, Span)> = None;
        for turn in dialogue.items() {
            let Some(role) = turn.get("role").text() else {
                continue;
            };
            match before.replace((role.content, role.span)) {
                None if role.content == "character" => {
                    let found = role.finding(Code::DialogueOrder, "the dialogue begins with the character");
                    context.report(found.help("begin with what the user says"));
                }
                Some((same, span)) if same == role.content => {
                    let message = format!("{} speaks twice in a row", quote(role.content));
                    let found = role.finding(Code::DialogueOrder, message).related(span, "after this turn");
                    context.report(found.help("join the two turns, or put an answer between them"));
                }
                _ => {}
            }
        }
    }
}
