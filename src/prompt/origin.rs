use std::sync::Arc;

use super::list::Choice;
use super::prepared::Prepared;
use super::zone::Zone;

/// Where a prompt comes from: what can be told of it beside its text.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) prepared: Arc<Prepared>,
    /// What was chosen for its turn.
    pub(super) choices: Vec<Choice>,
    /// What its turn had no room for.
    pub(super) left_out: Vec<LeftOut>,
}

/// Something that there was no room for.
#[derive(Debug, Clone)]
pub(super) struct LeftOut {
    pub(super) what: What,
    /// What it would have taken, in tokens.
    pub(super) tokens: usize,
    /// What was left for it.
    pub(super) room: usize,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    Section(Zone, String),
    Item(Choice),
}

impl LeftOut {
    pub(super) fn item(choice: Choice, tokens: usize, room: usize) -> Self {
        Self { what: What::Item(choice), tokens, room }
    }
}
