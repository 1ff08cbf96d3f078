use crate::message::{Message, MessageRole};
use crate::pointer::Pointer;

/// What a turn of a conversation is chosen for: the visitor's message, and what went before.
///
/// ```
/// use personas::{Persona, PromptOptions, PromptTemplate, Query, Selection, Variables};
///
/// let options = PromptOptions::new().faq(Selection::relevant(1));
/// let trotsky = Persona::read("personas/leon-trotsky.yaml")?;
/// let prepared = PromptTemplate::default().prepare_with(&trotsky, &Variables::new(), &options)?;
///
/// let first = prepared.turn("What is permanent revolution?")?;
/// let second = prepared.turn(Query::new("And who killed you?").pin(first.chosen()))?;
/// assert_eq!(second.chosen().len(), 2);
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Query<'q> {
    pub(super) message: &'q str,
    pub(super) history: &'q [Message],
    pub(super) pinned: Vec<Pointer>,
}

impl<'q> Query<'q> {
    /// What the visitor writes.
    #[must_use]
    pub fn new(message: &'q str) -> Self {
        Self { message, ..Self::default() }
    }

    /// The conversation so far: what was said last counts too, if less, so that "and why?" finds something.
    #[must_use]
    pub fn history(mut self, history: &'q [Message]) -> Self {
        self.history = history;
        self
    }

    /// Items that stay whatever the message is, such as what [`Prompt::chosen`](crate::Prompt::chosen) told of the turn
    /// before, so that a conversation does not lose its thread. What is no item of the persona is passed over.
    #[must_use]
    pub fn pin(mut self, items: impl IntoIterator<Item = Pointer>) -> Self {
        self.pinned.extend(items);
        self
    }
}

impl Query<'_> {
    /// The texts that items are looked for by, and how much each counts.
    pub(super) fn texts(&self) -> Vec<(&str, f64)> {
        let mut texts = vec![(self.message, 1.0)];
        let recent = self.history.iter().rev().filter(|message| message.role != MessageRole::System).take(2);
        texts.extend(recent.map(|message| (message.content.as_str(), 0.25)));
        texts
    }
}

impl<'q> From<&'q str> for Query<'q> {
    fn from(message: &'q str) -> Self {
        Self::new(message)
    }
}
