//! Text of others, made fit for a terminal.
//!
//! What a model, a server or a file says may hold escape sequences, which could rewrite what stands on the screen, set
//! the clipboard or name the window. None gets through.

/// Makes a text visible that comes in pieces.
#[derive(Debug, Default)]
pub(crate) struct Visible {
    after_return: bool,
}

impl Visible {
    /// The next piece: line feeds and tabs as they are, the ends of lines of Windows as line feeds, and whatever else
    /// acts on a terminal or turns the order of a line as an escape.
    pub(crate) fn show(&mut self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        for character in text.chars() {
            if std::mem::take(&mut self.after_return) && character != '\n' {
                shown.push_str("\\r");
            }
            match character {
                '\r' => self.after_return = true,
                '\n' | '\t' => shown.push(character),
                _ if acts(character) => shown.extend(character.escape_default()),
                _ => shown.push(character),
            }
        }
        shown
    }
}

/// A whole text, over as many lines as it has.
pub(crate) fn visible(text: &str) -> String {
    Visible::default().show(text)
}

/// A text on one line, cut when long.
pub(crate) fn brief(text: &str) -> String {
    cut(text, 500)
}

/// A text on one line, cut behind some characters.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(longest) {
        Some((end, _)) => visible(&line[..end]) + "…",
        None => visible(&line),
    }
}

/// Control characters, separators of lines and paragraphs, and what turns the direction of whole passages. The marks
/// and joiners that Arabic, Hebrew, Indic scripts and emoji are written with are left alone.
fn acts(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_the_terminal() {
        for (text, shown) in [
            ("a\nb\tc", "a\nb\tc"),
            ("red \u{1b}[31m", "red \\u{1b}[31m"),
            ("\u{9b}2J\u{7}\u{8}\u{7f}", "\\u{9b}2J\\u{7}\\u{8}\\u{7f}"),
            ("a\r\nb\rc", "a\nb\\rc"),
            ("\u{202e}evil", "\\u{202e}evil"),
            ("שלום\u{200f} 👩\u{200d}🔬 क\u{94d}ष", "שלום\u{200f} 👩\u{200d}🔬 क\u{94d}ष"),
        ] {
            assert_eq!(visible(text), shown);
        }
        let mut pieces = Visible::default();
        assert_eq!(["a\r", "\nb\r", "c"].map(|piece| pieces.show(piece)).concat(), "a\nb\\rc");
        assert_eq!(brief(" a\n\n b \u{1b}"), "a b \\u{1b}");
        assert_eq!(brief(&"x".repeat(501)).chars().count(), 501);
    }
}
