use std::borrow::Cow;

use crate::diagnostic::is_unprintable;

/// A text with each character that is not to be seen in a log replaced.
///
/// Those are the characters that could act on a terminal or hide, and one in each mark by which a build server knows a
/// command.
pub(super) fn escape(text: &str, replacement: impl Fn(char) -> String) -> Cow<'_, str> {
    let mut escaped = String::new();
    let mut kept = 0;
    for (index, character) in text.char_indices() {
        if is_unprintable(character) || (character == '#' && opens_command(text, index)) {
            escaped += &text[kept..index];
            escaped += &replacement(character);
            kept = index + character.len_utf8();
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    escaped += &text[kept..];
    Cow::Owned(escaped)
}

/// A text with those characters written as Rust would.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    escape(text, |character| match character {
        '#' => "\\u{23}".to_owned(),
        other => other.escape_default().collect(),
    })
}

/// GitHub's older form, Azure Pipelines and `TeamCity`: all are commands wherever in a line they stand.
pub(super) const COMMANDS: [&str; 3] = ["##[", "##vso[", "##teamcity["];

/// Whether the second `#` of such a mark stands here.
fn opens_command(text: &str, index: usize) -> bool {
    text[..index].ends_with('#') && COMMANDS.iter().any(|command| text[index - 1..].starts_with(command))
}
