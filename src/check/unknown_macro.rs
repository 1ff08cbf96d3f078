use super::{Context, Text};
use crate::diagnostic::{Code, nearest, quote};

/// Longer than any macro; what is so long between braces is something else.
const LONGEST_MACRO: usize = 60;

/// A macro that nothing fills in, so that a model would see the braces.
pub(super) fn unknown_macro<'a>(context: &mut Context<'a>, text: &Text<'a, '_>) {
    let mut locator = context.locator(text);
    for (index, written) in macros(text.content) {
        let name = written[2..written.len() - 2].trim();
        let is_known = ["char", "user"].iter().any(|known| name.eq_ignore_ascii_case(known));
        if name.is_empty() || is_known || context.omits() {
            continue;
        }
        let span = locator.locate(index..index + written.len());
        let mut found = text.finding(Code::UnknownMacro, format!("the macro {} is not filled in", quote(written)));
        found.span = span.unwrap_or(text.span);
        let meant = nearest(name, ["char", "user"]).map(|meant| format!("{{{{{meant}}}}}"));
        context.report(match (meant, span) {
            (Some(meant), Some(span)) => found.help(format!("did you mean {}?", quote(&meant))).unsafe_fix(span, meant),
            _ => found.help("only `{{char}}` and `{{user}}` are; all else stays as it is written"),
        });
    }
}

/// What stands in double braces, with the braces.
fn macros(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut end = 0;
    text.match_indices("{{").filter_map(move |(index, _)| {
        // Of `{{{{user}}}}`, the inner braces are the macro.
        let inside = &text[index + 2..];
        let mut characters = inside.char_indices().take(LONGEST_MACRO);
        let close = characters.find_map(|(at, character)| match character {
            '}' => Some(inside[at..].starts_with("}}").then_some(at)),
            '{' | '\n' => Some(None),
            _ => None,
        })??;
        let range = index..index + 2 + close + 2;
        (index >= end).then(|| {
            end = range.end;
            (index, &text[range])
        })
    })
}
