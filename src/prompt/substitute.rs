use std::borrow::Cow;

/// The white space inside of the braces included.
const LONGEST_MACRO: usize = 64;

/// The names that persona text can hold places for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) char: &'a str,
    pub(super) user: &'a str,
}

impl Names<'_> {
    /// Replaces `{{char}}` and `{{user}}`, in any case and with white space inside the braces. What is put in is not
    /// looked at again, so that a name cannot bring in another; any other `{{…}}` stays as it is written.
    pub(super) fn substitute<'t>(&self, text: &'t str) -> Cow<'t, str> {
        // Most texts have none, and to look for one byte is several times quicker.
        if !text.contains('{') {
            return Cow::Borrowed(text);
        }
        let mut result = String::new();
        let mut rest = text;
        while let Some(open) = rest.find("{{") {
            let inside = &rest[open + 2..];
            // No further than a name can reach, or a text of braces would be searched again and again.
            let near = &inside.as_bytes()[..inside.len().min(LONGEST_MACRO)];
            let close = near.windows(2).position(|pair| pair == b"}}");
            let name = close.and_then(|close| self.name(&inside[..close]).map(|name| (name, close)));
            let Some((name, close)) = name else {
                // `{{{char}}` holds the macro one brace further on.
                result.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
                continue;
            };
            result.push_str(&rest[..open]);
            result.push_str(name);
            rest = &inside[close + 2..];
        }
        if rest.len() == text.len() {
            return Cow::Borrowed(text);
        }
        result.push_str(rest);
        Cow::Owned(result)
    }

    fn name(&self, inside: &str) -> Option<&str> {
        match inside.trim() {
            name if name.eq_ignore_ascii_case("char") => Some(self.char),
            name if name.eq_ignore_ascii_case("user") => Some(self.user),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_names_once() {
        let names = Names { char: "{{user}}", user: "Sam" };
        for (text, expected) in [
            ("", ""),
            ("no macro", "no macro"),
            ("{{char}} and {{ USER }}", "{{user}} and Sam"),
            ("{{{user}}}", "{Sam}"),
            ("{{random:a,b}} {{user", "{{random:a,b}} {{user"),
            ("{{user}}{{user}}", "SamSam"),
            ("{{ {{user}}", "{{ Sam"),
            ("é{{user}}é", "éSamé"),
        ] {
            assert_eq!(names.substitute(text), expected, "{text}");
        }
    }
}
