use std::iter;

use super::small_words::SmallWords;

/// The terms of a text that entries are found by, each with what it is worth beside a whole word.
///
/// - A word of the Latin alphabet is a term without its ending: `rise`, `rises` and `rising` are one.
/// - A word of another alphabet is its first letters, since endings of all those languages are too many to know.
/// - Chinese, Japanese and Thai put no spaces between words, and Korean words carry endings of every kind: there each
///   two characters that stand side by side are a term.
pub(super) fn terms(text: &str, small_words: SmallWords) -> Vec<(String, f64)> {
    let mut terms = Vec::new();
    runs(text, |script, run| script.push_terms(run, small_words, &mut terms));
    terms
}

/// The words of a text as they are compared, without case and accents.
pub(super) fn words(text: &str, mut take: impl FnMut(&str)) {
    runs(text, |script, run| {
        if script == Script::Alphabet {
            take(run);
        }
    });
}

/// Tells of each run of characters that belong together.
fn runs(text: &str, mut take: impl FnMut(Script, &str)) {
    let mut run = String::new();
    let mut before = Script::None;
    let mut read = |character: char| {
        let start = run.len();
        fold(character, &mut run);
        let Some(first) = run[start..].chars().next() else {
            return;
        };
        let script = Script::of(first);
        if script == before && script != Script::None {
            return;
        }
        if before != Script::None {
            take(before, &run[..start]);
        }
        run.drain(..start);
        if script == Script::None {
            run.clear();
        }
        before = script;
    };
    for character in text.chars() {
        if character.is_ascii() {
            read(character.to_ascii_lowercase());
        } else {
            character.to_lowercase().for_each(&mut read);
        }
    }
    read(' ');
}

/// Writes a character of lower case without its accent, or as those that it is compared with; accents that are characters
/// of their own not at all, nor the points of vowels in Hebrew and Arabic, nor joiners.
fn fold(character: char, folded: &mut String) {
    let base = match character {
        '\0'..='\u{7f}' => character,
        '\u{300}'..='\u{36f}'
        | '\u{591}'..='\u{5c7}'
        | '\u{640}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{200c}'
        | '\u{200d}' => return,
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ'..='ặ' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ'..='ệ' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' | 'ħ' => 'h',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ỉ' | 'ị' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ọ'..='ợ' => 'o',
        'ŕ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ụ'..='ự' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' | 'ỳ'..='ỹ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'ё' => 'е',
        'أ' | 'إ' | 'آ' => 'ا',
        'ى' => 'ي',
        'ة' => 'ه',
        // The full-width forms that East Asian texts have of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        'ß' => return folded.push_str("ss"),
        'æ' => return folded.push_str("ae"),
        'œ' => return folded.push_str("oe"),
        other => other,
    };
    folded.push(base);
}

/// How the characters of a run make terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    /// No part of a word.
    None,
    /// Words with spaces between them.
    Alphabet,
    /// Han, in which one character may be a word.
    Han,
    Hiragana,
    Katakana,
    Hangul,
    /// Thai and its neighbours.
    SouthEastAsian,
}

impl Script {
    fn of(character: char) -> Self {
        match character {
            'a'..='z' | '0'..='9' => Self::Alphabet,
            '\0'..='\u{7f}' | '\u{964}' | '\u{965}' => Self::None,
            // With the signs of vowels and of their absence, which count as no letters elsewhere.
            '\u{900}'..='\u{dff}' => Self::Alphabet,
            '\u{e01}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}' => Self::SouthEastAsian,
            '\u{3041}'..='\u{309f}' => Self::Hiragana,
            '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' => Self::Katakana,
            '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
                Self::Han
            }
            '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7ff}' => Self::Hangul,
            other if other.is_alphanumeric() => Self::Alphabet,
            _ => Self::None,
        }
    }

    fn push_terms(self, run: &str, small_words: SmallWords, terms: &mut Vec<(String, f64)>) {
        /// What a small word is worth: enough that `who are you` finds `who was he`, where nothing tells more.
        const SMALL: f64 = 0.2;
        /// What a single Han character is worth beside a pair.
        const SINGLE: f64 = 0.3;
        match self {
            Self::None => {}
            Self::Alphabet if small_words.contains(run) => terms.push((run.to_owned(), SMALL)),
            Self::Alphabet => {
                // A single letter is an article, or what an apostrophe left over.
                if run.chars().nth(1).is_some() || run.starts_with(char::is_numeric) {
                    terms.push((stem(run).to_owned(), 1.0));
                }
            }
            Self::Han | Self::Hiragana | Self::Katakana | Self::Hangul | Self::SouthEastAsian => {
                let starts = || run.char_indices().map(|(start, _)| start);
                if run.chars().nth(1).is_none() {
                    terms.push((run.to_owned(), 1.0));
                    return;
                }
                let ends = starts().skip(2).chain(iter::once(run.len()));
                terms.extend(starts().zip(ends).map(|(start, end)| (run[start..end].to_owned(), 1.0)));
                if self == Self::Han {
                    terms.extend(run.chars().map(|character| (character.to_string(), SINGLE)));
                }
            }
        }
    }
}

/// A word without what changes at its end, roughly: the endings of English and of the Romance languages that are most
/// frequent, of which the first that fits is taken off, and for other alphabets all that follows the fifth letter.
fn stem(word: &str) -> &str {
    const ENDINGS: [&str; 33] = [
        "ations", "ation", "ments", "ment", "ings", "ing", "ness", "edly", "ies", "ied", "ers", "ed", "es", "er", "ly",
        "os", "as", "ar", "ir", "aba", "ado", "ada", "aron", "aient", "ons", "ez", "en", "s", "e", "o", "a", "y", "d",
    ];
    const SHORTEST: usize = 4;
    if !word.is_ascii() {
        let word = word.strip_prefix("ال").filter(|rest| rest.chars().count() > 2).unwrap_or(word);
        return word.char_indices().nth(5).map_or(word, |(end, _)| &word[..end]);
    }
    let ending = ENDINGS.into_iter().find(|ending| word.len() >= SHORTEST + ending.len() && word.ends_with(ending));
    &word[..word.len() - ending.map_or(0, str::len)]
}
