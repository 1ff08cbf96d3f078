/// The plain word that a key passes for: letters of other scripts and forms by the Latin ones they look like, and
/// characters that cannot be seen left out. None when the key is plain already.
///
/// The pairs are those of Unicode's confusables ([UTS #39](https://www.unicode.org/reports/tr39/)) that lead to the
/// letters our keys are made of.
pub(super) fn plain_look(key: &str) -> Option<String> {
    if key.is_ascii() {
        return None;
    }
    let mut plain = String::new();
    for character in key.chars() {
        match character {
            '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' => {}
            // Full-width forms.
            '\u{ff01}'..='\u{ff5e}' => plain.push(char::from_u32(u32::from(character) - 0xfee0)?),
            other => plain.push(latin(other)),
        }
    }
    plain.is_ascii().then(|| plain.to_ascii_lowercase())
}

fn latin(character: char) -> char {
    match character {
        'а' | 'А' | 'α' | 'Α' | 'ɑ' => 'a',
        'В' | 'Β' | 'в' => 'b',
        'с' | 'С' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'Е' | 'Ε' | 'ё' => 'e',
        'ɡ' => 'g',
        'һ' | 'Н' | 'Η' => 'h',
        'і' | 'І' | 'ι' | 'Ι' | 'ı' => 'i',
        'ј' => 'j',
        'К' | 'Κ' | 'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'М' | 'Μ' | 'м' => 'm',
        'Ν' | 'ո' => 'n',
        'о' | 'О' | 'ο' | 'Ο' | 'օ' => 'o',
        'р' | 'Р' | 'ρ' | 'Ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' | 'Ѕ' => 's',
        'Т' | 'Τ' | 'т' | 'τ' => 't',
        'υ' | 'ս' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'Х' | 'χ' | 'Χ' => 'x',
        'у' | 'У' | 'γ' | 'Υ' => 'y',
        'Ζ' => 'z',
        '‐' | '‑' | '–' | '—' | '−' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_other_scripts_are_told() {
        for (key, plain) in [
            ("nаme", Some("name")),
            ("ｆａｑ", Some("faq")),
            ("na\u{200b}me", Some("name")),
            ("name", None),
            ("имя", None),
        ] {
            assert_eq!(plain_look(key).as_deref(), plain, "{key}");
        }
    }
}
