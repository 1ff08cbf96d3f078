use super::Context;
use crate::diagnostic::{Code, quote};

/// An example dialogue that no chat could have been: backends want the user first, and turn about.
pub(super) fn dialogue_order(context: &mut Context<'_>) {
    for dialogue in context.values("example_dialogues/*") {
        let turns = dialogue.items();
        let roles: Vec<_> = turns.iter().filter_map(|turn| turn.get("role")?.text()).collect();
        if let Some(first) = roles.first().filter(|first| first.content == "character") {
            let found = first.finding(Code::DialogueOrder, "the dialogue begins with the character");
            context.report(found.help("begin with what the user says"));
        }
        for pair in roles.windows(2) {
            if let [before, role] = pair
                && before.content == role.content
            {
                let message = format!("{} speaks twice in a row", quote(role.content));
                let found = role.finding(Code::DialogueOrder, message).related(before.span, "after this turn");
                context.report(found.help("join the two turns, or put an answer between them"));
            }
        }
    }
}
