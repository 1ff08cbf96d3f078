use std::collections::BTreeMap;
use std::sync::Arc;

use crate::tokens::{TokenCounter, TokenEstimator};

/// What of a persona goes into its prompt, where, and how much of it.
///
/// By default all of it does, and the examples stand in the system prompt.
///
/// ```
/// use personas::{ExamplePlacement, Persona, PromptOptions, PromptTemplate, Selection, Variables};
///
/// let trotsky = Persona::read("personas/leon-trotsky.yaml")?;
/// let options = PromptOptions::new()
///     .faq(Selection::relevant(2))
///     .examples_as(ExamplePlacement::Turns)
///     .max_tokens(6_000);
/// let prepared = PromptTemplate::default().prepare_with(&trotsky, &Variables::new(), &options)?;
/// let prompt = prepared.turn("Why did Stalin have you murdered?")?;
/// assert_eq!(prompt.context[0].text.matches("\n## ").count(), 2);
/// assert!(prompt.report().tokens <= 6_000);
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PromptOptions {
    pub(super) faq: Selection,
    pub(super) examples: Selection,
    pub(super) example_placement: ExamplePlacement,
    pub(super) max_tokens: Option<usize>,
    pub(super) section_tokens: BTreeMap<String, usize>,
    pub(super) priorities: BTreeMap<String, Priority>,
    pub(super) counter: Arc<dyn TokenCounter>,
}

/// Which items of a list go into a prompt: questions with their answers, or example dialogues.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Selection {
    /// All of them, where the prompt is the same for the whole conversation.
    #[default]
    All,
    /// None.
    None,
    /// Those that bear on the visitor's message, best first; they stand in [`Prompt::context`](crate::Prompt::context).
    Relevant {
        /// How many at most, beside those that are pinned.
        most: usize,
    },
}

impl Selection {
    /// Those that bear on the visitor's message, up to a number.
    #[must_use]
    pub fn relevant(most: usize) -> Self {
        Self::Relevant { most }
    }
}

/// Where example dialogues stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExamplePlacement {
    /// Within the system prompt, as the template writes them.
    #[default]
    Inline,
    /// As turns before the conversation, in [`Prompt::examples`](crate::Prompt::examples).
    Turns,
}

/// What is left out first when a prompt has to be smaller.
///
/// Unless [`PromptOptions::priority`] says otherwise, `opening`, `identity`, `boundaries` and the text outside of any
/// block are required; `closing`, `style`, `personality`, `greeting` and `reminder` are high; `relations`, `examples`
/// and `topics` are low; all others, `knowledge` among them, are normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Priority {
    /// Left out first.
    Low,
    /// Left out next.
    Normal,
    /// Left out last.
    High,
    /// Never left out: a prompt that has no room for it is an error.
    Required,
}

impl Default for PromptOptions {
    fn default() -> Self {
        Self {
            faq: Selection::default(),
            examples: Selection::default(),
            example_placement: ExamplePlacement::default(),
            max_tokens: None,
            section_tokens: BTreeMap::new(),
            priorities: BTreeMap::new(),
            counter: Arc::new(TokenEstimator::default()),
        }
    }
}

impl PromptOptions {
    /// The default ones.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Which of the questions and answers go in.
    #[must_use]
    pub fn faq(mut self, selection: Selection) -> Self {
        self.faq = selection;
        self
    }

    /// Which of the example dialogues go in.
    #[must_use]
    pub fn examples(mut self, selection: Selection) -> Self {
        self.examples = selection;
        self
    }

    /// Where the example dialogues stand.
    #[must_use]
    pub fn examples_as(mut self, placement: ExamplePlacement) -> Self {
        self.example_placement = placement;
        self
    }

    /// How many tokens the whole prompt may have, greeting, examples and reminder included; the conversation is not.
    ///
    /// Sections are taken by [`Priority`], in the order of the template within one; of the lists, each item that still
    /// fits. No text is cut. [`Prompt::report`](crate::Prompt::report) tells what was left out.
    #[must_use]
    pub fn max_tokens(mut self, tokens: usize) -> Self {
        self.max_tokens = Some(tokens);
        self
    }

    /// How many tokens one section may have: a block of the template, `greeting` or `reminder`.
    #[must_use]
    pub fn section_tokens(mut self, section: impl Into<String>, tokens: usize) -> Self {
        self.section_tokens.insert(section.into(), tokens);
        self
    }

    /// When a section is left out: a block of the template, `greeting` or `reminder`.
    #[must_use]
    pub fn priority(mut self, section: impl Into<String>, priority: Priority) -> Self {
        self.priorities.insert(section.into(), priority);
        self
    }

    /// What counts the tokens, in place of the [`TokenEstimator`].
    #[must_use]
    pub fn counter(mut self, counter: impl TokenCounter + 'static) -> Self {
        self.counter = Arc::new(counter);
        self
    }

    pub(super) fn is_bounded(&self) -> bool {
        self.max_tokens.is_some() || !self.section_tokens.is_empty()
    }

    pub(super) fn priority_of(&self, section: &str) -> Priority {
        self.priorities.get(section).copied().unwrap_or(match section {
            "opening" | "identity" | "boundaries" | super::Section::OUTSIDE => Priority::Required,
            "closing" | "style" | "personality" | "greeting" | "reminder" => Priority::High,
            "relations" | "examples" | "topics" => Priority::Low,
            _ => Priority::Normal,
        })
    }

    pub(super) fn limit_of(&self, section: &str) -> usize {
        self.section_tokens.get(section).copied().unwrap_or(usize::MAX)
    }
}
