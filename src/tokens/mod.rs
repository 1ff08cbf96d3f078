//! How many tokens of a language model a text is.

mod estimator;
#[cfg(feature = "tiktoken")]
mod exact;

use std::fmt;

pub use estimator::TokenEstimator;
#[cfg(feature = "tiktoken")]
pub use exact::Tiktoken;

/// Tells how many tokens a text is, which is what a model's context window and its price are measured in.
///
/// [`TokenEstimator`] suits any model and is never far off; `Tiktoken`, with the feature of that name, is exact for
/// `OpenAI`'s. For another model bring its own tokenizer:
///
/// ```
/// use personas::TokenCounter;
///
/// /// A model that reads bytes.
/// #[derive(Debug)]
/// struct Bytes;
///
/// impl TokenCounter for Bytes {
///     fn count(&self, text: &str) -> usize {
///         text.len()
///     }
///
///     fn name(&self) -> &str {
///         "bytes"
///     }
/// }
///
/// assert_eq!(Bytes.count("¡Hola!"), 7);
/// ```
///
/// The same text must always have the same count, and an empty one none.
pub trait TokenCounter: Send + Sync + fmt::Debug {
    /// The tokens of a text. What looks like a control token in it counts as the plain text that it is.
    fn count(&self, text: &str) -> usize;

    /// What reports call it, such as `estimate` or the name of a vocabulary.
    fn name(&self) -> &str;
}
