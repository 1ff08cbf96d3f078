use super::{Context, Text};
use crate::control_token::control_tokens;
use crate::diagnostic::{Code, quote};

/// Text that a backend may take for the end of a turn, or the start of another.
pub(super) fn control_token<'a>(context: &mut Context<'a>, text: &Text<'a, '_>) {
    let mut locator = context.locator(text);
    let mut end = 0;
    for (index, token) in control_tokens(text.content) {
        // Of two that share a byte, the first is told of.
        if index < end {
            continue;
        }
        end = index + token.len();
        if context.omits() {
            continue;
        }
        let message = format!("{} is a control token of a language model", quote(token));
        let mut found = text.finding(Code::ControlToken, message);
        found.span = locator.locate(index..end).unwrap_or(text.span);
        context.report(found.help("write it in other words: a backend may end the turn here"));
    }
}
