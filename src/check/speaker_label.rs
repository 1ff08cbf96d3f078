use super::Context;
use crate::diagnostic::{Code, Diagnostic, quote};

/// A text that says who speaks, which is for `role` to say, and for a greeting is plain.
pub(super) fn speaker_label(context: &mut Context<'_>) {
    let own = ["name", "nickname"].map(|key| context.text(key).map(|name| name.content.trim().to_lowercase()));
    let greetings = context.texts("greeting").into_iter().chain(context.texts("alternate_greetings/*"));
    let turns = context.texts("example_dialogues/*/*/content");
    for text in greetings.chain(turns) {
        let Some((label, rest)) = text.content.split_once(':') else {
            continue;
        };
        let name = label.trim().trim_matches('*').to_lowercase();
        let is_speaker = matches!(
            name.as_str(),
            "{{char}}" | "{{user}}" | "user" | "assistant" | "character" | "human" | "system" | "ai"
        );
        if !is_speaker && !own.iter().flatten().any(|own| *own == name) {
            continue;
        }
        let end = text.content.len() - rest.trim_start_matches([' ', '*']).len();
        let message = format!("the text begins with the label {}", quote(&text.content[..=label.len()]));
        let found = text.finding(Code::SpeakerLabel, message);
        let found = found.help("who speaks is known: a greeting is the persona's, and a turn has its `role`");
        context.report(match context.locator(&text).locate(0..end) {
            Some(span) => Diagnostic { span, ..found }.unsafe_fix(span, ""),
            None => found,
        });
    }
}
