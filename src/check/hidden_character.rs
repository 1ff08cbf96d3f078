use super::{Context, Text};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// Characters that cannot be seen and change what is read: invisible ones, and controls of direction.
pub(super) fn hidden_character<'a>(context: &mut Context<'a>, text: &Text<'a, '_>) {
    let hidden: Vec<(usize, char)> = hidden(text.content).collect();
    let Some(&(_, first)) = hidden.first() else {
        return;
    };
    let more = match hidden.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more in this text"),
    };
    let message = format!("a character that cannot be seen: U+{:04X}{more}", u32::from(first));
    let found = text.finding(Code::HiddenCharacter, message).help("delete it, unless it is meant");
    let mut locator = context.locator(text);
    let locate = |&(index, character): &(usize, char)| locator.locate(index..index + character.len_utf8());
    let spans: Vec<Span> = hidden.iter().map_while(locate).collect();
    // What is written as an escape was meant.
    context.report(match spans.first() {
        Some(&span) => Diagnostic { span, ..found }.removals(spans),
        None => found,
    });
}

fn hidden(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    text.char_indices().filter(|&(index, character)| {
        let before = || text[..index].chars().next_back();
        let after = || text[index + character.len_utf8()..].chars().next();
        match character {
            // Most of any text, so it is asked first.
            ' '..='~' | '\t' | '\n' | '\r' => false,
            // Joiners shape Arabic and Indic letters, and tie emoji together.
            '\u{200c}' | '\u{200d}' => {
                !(before().is_some_and(is_joined_script)
                    || before().is_some_and(is_emoji) && after().is_some_and(is_emoji))
            }
            // Marks of direction belong into text that runs both ways.
            '\u{200e}' | '\u{200f}' | '\u{61c}' => !text.chars().any(is_right_to_left),
            // Tags spell the flags of regions, after a black flag.
            '\u{e0020}'..='\u{e007f}' => {
                let base = text[..index].trim_end_matches(|tag| matches!(tag, '\u{e0020}'..='\u{e007f}'));
                !base.ends_with('\u{1f3f4}')
            }
            '\u{200b}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{180e}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{3164}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e001f}' => true,
            other => other.is_control(),
        }
    })
}

/// Scripts in which a joiner changes how letters are drawn: Arabic and its neighbours, and those of India and South-East
/// Asia.
fn is_joined_script(character: char) -> bool {
    matches!(character, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{f00}'..='\u{109f}' | '\u{1780}'..='\u{18af}'
        | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{a840}'..='\u{abff}')
}

fn is_right_to_left(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Pictures, and what may stand between a picture and a joiner.
fn is_emoji(character: char) -> bool {
    matches!(character, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{1f000}'..='\u{1faff}' | '\u{2190}'..='\u{2bff}' | '\u{3030}' | '\u{303d}')
}

#[cfg(test)]
mod tests {
    use super::super::Bytes;
    use super::*;

    #[test]
    fn what_belongs_there_is_silent() {
        for text in [
            "👩🏽\u{200d}🚀",
            "❤\u{fe0f}\u{200d}🔥",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "🏴\u{e0067}\u{e0062}\u{e007f}",
            "שלום\u{200f}!",
            "a\tb\n",
        ] {
            assert_eq!(hidden(text).count(), 0, "{text:?}");
        }
        for text in
            ["a\u{200b}b", "a\u{200d}b", "a\u{202e}b", "\u{feff}a", "a\u{e0067}", "a\u{200f}", "\u{7}", "a\u{2028}b"]
        {
            assert_eq!(hidden(text).count(), 1, "{text:?}");
        }
    }

    /// No text is passed over that has a hidden character.
    #[test]
    fn the_bytes_of_a_hidden_character_are_known() {
        for character in '\0'..=char::MAX {
            let text = format!("a{character}");
            assert!(hidden(&text).count() == 0 || Bytes::of(&text).have(Bytes::HIDING), "{character:?}");
        }
    }
}
