use std::fmt;

use tiktoken::CoreBpe;

use super::TokenCounter;

/// Counts the tokens of `OpenAI`'s models exactly, with a vocabulary that is built into the program.
///
/// A vocabulary is unpacked when it is first asked for, which takes a tenth of a second, and then shared by all that
/// count with it. Nothing is downloaded.
///
/// ```
/// use personas::{Tiktoken, TokenCounter};
///
/// let tokens = Tiktoken::o200k();
/// assert_eq!(tokens.count("You are Ada Lovelace."), 7);
/// // Text cannot smuggle in a control token: this is one for the model, and counts as the text it is here.
/// assert_eq!(tokens.count("<|endoftext|>"), 7);
/// ```
///
/// What a backend adds around each message, some four tokens, is no part of a text and not counted.
#[derive(Clone, Copy)]
pub struct Tiktoken {
    name: &'static str,
    encoding: &'static CoreBpe,
}

impl Tiktoken {
    /// `o200k_base`: GPT-4o and every model since, among them GPT-4.1, GPT-5 and gpt-oss.
    #[must_use]
    pub fn o200k() -> Self {
        Self::named("o200k_base")
    }

    /// `cl100k_base`: GPT-4, GPT-3.5 and the models for embeddings.
    #[must_use]
    pub fn cl100k() -> Self {
        Self::named("cl100k_base")
    }

    fn named(name: &'static str) -> Self {
        let encoding = tiktoken::get_encoding(name).expect("our features build it in");
        Self { name, encoding }
    }
}

impl TokenCounter for Tiktoken {
    fn count(&self, text: &str) -> usize {
        self.encoding.count(text)
    }

    fn name(&self) -> &str {
        self.name
    }
}

impl fmt::Debug for Tiktoken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Tiktoken").field(&self.name).finish()
    }
}
