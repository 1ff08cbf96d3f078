use super::{Context, Text};
use crate::diagnostic::{Code, quote};

/// Tokens of chat formats that are no `<|…|>`.
const TOKENS: [&str; 9] =
    ["[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "</s>", "<start_of_turn>", "<end_of_turn>", "<bos>", "<eos>"];

/// Text that a backend may take for the end of a turn, or the start of another.
pub(super) fn control_token<'a>(context: &mut Context<'a>, text: &Text<'a, '_>) {
    let mut locator = context.locator(text);
    for (index, token) in tokens(text.content) {
        if context.omits() {
            continue;
        }
        let message = format!("{} is a control token of a language model", quote(token));
        let mut found = text.finding(Code::ControlToken, message);
        found.span = locator.locate(index..index + token.len()).unwrap_or(text.span);
        context.report(found.help("write it in other words: a backend may end the turn here"));
    }
}

fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices(['<', '[']).filter_map(|(index, _)| {
        let rest = &text[index..];
        let token = TOKENS.into_iter().find(|token| rest.starts_with(token)).map(|token| &rest[..token.len()]);
        token
            .or_else(|| delimited(rest, "<|", "|>"))
            .or_else(|| delimited(rest, "<｜", "｜>"))
            .map(|token| (index, token))
    })
}

/// `<|im_start|>` and its kin, and those with the wide bars that some models use.
fn delimited<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    const LONGEST_NAME: usize = 60;
    let inside = text.strip_prefix(open)?;
    let is_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '▁' | ' ');
    let (end, _) = inside.char_indices().take(LONGEST_NAME).find(|(_, character)| !is_name(*character))?;
    let is_token = end > 0 && inside[end..].starts_with(close);
    is_token.then(|| &text[..open.len() + end + close.len()])
}
