use super::{Context, Text};
use crate::diagnostic::{Code, Diagnostic, quote};

/// A text that says who speaks, which is for `role` to say, and for a greeting is plain.
pub(super) fn speaker_label(context: &mut Context<'_>) {
    let own = ["name", "nickname"].map(|key| context.get(key).text().map(|name| name.content.trim().to_lowercase()));
    let alternates = context.get("alternate_greetings");
    for greeting in context.get("greeting").text().into_iter().chain(alternates.texts()) {
        look_at(context, &own, &greeting);
    }
    for dialogue in context.get("example_dialogues").items() {
        for turn in dialogue.items() {
            if let Some(content) = turn.get("content").text() {
                look_at(context, &own, &content);
            }
        }
    }
}

fn look_at<'a>(context: &mut Context<'a>, own: &[Option<String>], text: &Text<'a, '_>) {
    let Some((label, rest)) = text.content.split_once(':') else {
        return;
    };
    let name = label.trim().trim_matches('*').to_lowercase();
    let is_speaker = matches!(
        name.as_str(),
        "{{char}}" | "{{user}}" | "user" | "assistant" | "character" | "human" | "system" | "ai"
    );
    if !is_speaker && !own.iter().flatten().any(|own| *own == name) {
        return;
    }
    let end = text.content.len() - rest.trim_start_matches([' ', '*']).len();
    let message = format!("the text begins with the label {}", quote(&text.content[..=label.len()]));
    let found = text.finding(Code::SpeakerLabel, message);
    let found = found.help("who speaks is known: a greeting is the persona's, and a turn has its `role`");
    context.report(match context.locator(text).locate(0..end) {
        Some(span) => Diagnostic { span, ..found }.unsafe_fix(span, ""),
        None => found,
    });
}
