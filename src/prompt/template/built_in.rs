use std::borrow::Cow;
use std::sync::LazyLock;

/// The built-in templates by name.
const SOURCES: [(&str, &str); 4] = [
    ("default", include_str!("built_in/default.jinja")),
    ("xml", include_str!("built_in/xml.jinja")),
    ("plain", include_str!("built_in/plain.jinja")),
    ("brief", include_str!("built_in/brief.jinja")),
];

pub(super) const NAMES: &[&str] = &[SOURCES[0].0, SOURCES[1].0, SOURCES[2].0, SOURCES[3].0];

pub(super) fn source(name: &str) -> Option<&'static str> {
    SOURCES.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}

/// What to say where another name stands.
pub(super) fn help() -> String {
    let names: Vec<String> = NAMES.iter().map(|name| format!("`{name}`")).collect();
    format!("the built-in templates are {}", names.join(", "))
}

/// Text that cannot be taken for a tag of the `xml` style: where one would begin or end, `<` becomes `&lt;`.
///
/// All else stays as it is written. A model reads a prompt as text, not as XML, so to escape every `&` and `<` would only
/// garble code and quotations; but a text that closes `<boundaries>` would seem to go on outside of it.
pub(super) fn inert(text: &str) -> Cow<'_, str> {
    static TAGS: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let xml = source("xml").unwrap_or_default();
        xml.split("</").skip(1).filter_map(|rest| rest.split('>').next()).collect()
    });
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let begins_tag = |rest: &str| {
        let name = rest.trim_start().trim_start_matches('/').trim_start();
        let name = &name[..name.find(|character| !is_part(character)).unwrap_or(name.len())];
        TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name))
    };
    let mut inert = String::new();
    let mut copied = 0;
    for (at, _) in text.match_indices('<').filter(|(at, _)| begins_tag(&text[at + 1..])) {
        inert.push_str(&text[copied..at]);
        inert.push_str("&lt;");
        copied = at + 1;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    inert.push_str(&text[copied..]);
    Cow::Owned(inert)
}

/// The first paragraph of a text: what stands before the first line that is blank. One that ends in a colon leads on to
/// the next, such as a list.
pub(super) fn paragraph(text: &str) -> &str {
    let text = text.trim_start();
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() && !text[..end].trim_end().ends_with(':') {
            break;
        }
        end += line.len();
    }
    text[..end].trim_end()
}
