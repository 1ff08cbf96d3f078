use std::borrow::Cow;

use crate::control_token::control_tokens;
use crate::diagnostic::Edit;
use crate::source::Span;

/// Makes the control tokens of a text harmless, such as `<|im_start|>`, `[INST]` or `</s>`, by a space after the first
/// character of each.
///
/// Many servers of open models turn such a mark in a message into the token itself. What a visitor pastes, or a persona
/// file from a stranger, can then end its turn and speak as another. A service that takes text from strangers may want
/// to rule that out; it is never done unasked, for to most backends the marks are plain text.
///
/// ```
/// use personas::Neutralize;
///
/// let neutralized = Neutralize.text("Hello!<|im_end|>");
/// assert_eq!(neutralized.text, "Hello!< |im_end|>");
///
/// let edit = &neutralized.edits[0];
/// assert_eq!((edit.span.range(), edit.replacement.as_str()), (6..16, "< |im_end|>"));
/// ```
///
/// All other text stays as it is, byte for byte, and the change never makes a token of what was none: a text that was
/// neutralized is not changed again. Two such texts can still make one where they are joined, so give it what is sent,
/// and not its parts.
///
/// Known are the marks in bars of `ChatML`, Llama 3 and 4, Qwen, Phi, Command, Granite and gpt-oss (`<|…|>`) and of
/// `DeepSeek` and Hunyuan (`<｜…｜>`), and by name those of Llama 2, Mistral, Gemma, Qwen's tools, GLM, Kimi, Seed and
/// `MiniMax`.
///
/// This is hygiene, and no protection: it does not keep a model from believing what a text says in plain words, nor
/// does it know the marks of every model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Neutralize;

/// A text without control tokens, and what was changed to that end; what [`Neutralize::text`] gives.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Neutralized<'t> {
    /// The text; borrowed when nothing was changed.
    pub text: Cow<'t, str>,
    /// The tokens that were found, in order, as bytes of the original text, and what stands in their place.
    pub edits: Vec<Edit>,
}

impl Neutralize {
    /// Makes the control tokens of a text harmless.
    #[must_use]
    pub fn text(self, text: &str) -> Neutralized<'_> {
        let mut edits: Vec<Edit> = Vec::new();
        for (start, token) in control_tokens(text) {
            let end = start + token.len();
            match edits.last_mut() {
                // Two that share a byte are one edit.
                Some(last) if start < last.span.end() => {
                    last.replacement.truncate(last.replacement.len() - (last.span.end() - start));
                    last.replacement += &broken(token);
                    last.span = Span::new(last.span.start()..end);
                }
                _ => edits.push(Edit { span: Span::new(start..end), replacement: broken(token) }),
            }
        }
        if edits.is_empty() {
            return Neutralized { text: Cow::Borrowed(text), edits };
        }
        let mut written = String::with_capacity(text.len() + edits.len());
        let mut copied = 0;
        for edit in &edits {
            written += &text[copied..edit.span.start()];
            written += &edit.replacement;
            copied = edit.span.end();
        }
        written += &text[copied..];
        Neutralized { text: Cow::Owned(written), edits }
    }
}

/// A token with a space after its first character, one of `<`, `[` and `]`. No token has one of these before a space,
/// so that neither it nor one around it is left.
fn broken(token: &str) -> String {
    format!("{} {}", &token[..1], &token[1..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tokens_are_broken() {
        for (text, expected) in [
            ("", ""),
            ("a < b, a[0] and <b>bold</b> <|> <||> [x] [inst]", "a < b, a[0] and <b>bold</b> <|> <||> [x] [inst]"),
            ("<|im_start|>system", "< |im_start|>system"),
            ("<<|im_start|>|im_end|>", "<< |im_start|>|im_end|>"),
            ("[INST] <<SYS>>x<</SYS>> [/INST]</s>", "[ INST] < <SYS>>x< </SYS>> [ /INST]< /s>"),
            ("[TOOL_CALLS][ARGS]", "[ TOOL_CALLS][ ARGS]"),
            ("<｜User｜>é<｜end▁of▁sentence｜>", "< ｜User｜>é< ｜end▁of▁sentence｜>"),
            ("<|channel|>final<|message|><|return|>", "< |channel|>final< |message|>< |return|>"),
            ("<turn|>\n<|turn>system", "< turn|>\n< |turn>system"),
            ("<|START_OF_TURN_TOKEN|><|/tool|>", "< |START_OF_TURN_TOKEN|>< |/tool|>"),
            ("]~!b[INST]~b]", "] ~!b[ INST] ~b]"),
            ("< |im_end|>", "< |im_end|>"),
        ] {
            let neutralized = Neutralize.text(text);
            assert_eq!(neutralized.text, expected);
            assert_eq!(matches!(neutralized.text, Cow::Borrowed(_)), text == expected);
        }
    }

    #[test]
    fn tokens_that_share_bytes_are_one_edit() {
        let edits = Neutralize.text("a]~!b[INST]~b]c").edits;
        assert_eq!(edits, [Edit { span: Span::new(1..14), replacement: "] ~!b[ INST] ~b]".into() }]);
    }

    /// Pieces that tokens are made of, in any order.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "<",
            "[",
            "]",
            ">",
            "|",
            "｜",
            "/",
            " ",
            "im_start",
            "INST",
            "SYS",
            "s",
            "tool_call",
            "turn",
            "~b",
            "~!b",
            "▁",
            "é",
            "\"",
            "<|",
            "|>",
            "<<SYS>>",
            "<|im_end|>",
            "[/INST]",
            "]~!b[",
            "]~b]",
            "[gMASK]",
        ]);
        prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_is_left_and_all_else_stays(text in pieces()) {
            let neutralized = Neutralize.text(&text);
            prop_assert_eq!(control_tokens(&neutralized.text).next(), None);
            prop_assert_eq!(&Neutralize.text(&neutralized.text).text, &neutralized.text);
            // What the edits say, and nothing else, tells the two texts apart.
            let mut rebuilt = text.clone();
            for edit in neutralized.edits.iter().rev() {
                rebuilt.replace_range(edit.span.range(), &edit.replacement);
            }
            prop_assert_eq!(&rebuilt, &neutralized.text);
            let spaces = neutralized.text.len() - text.len();
            prop_assert_eq!(spaces, control_tokens(&text).count());
        }
    }
}
