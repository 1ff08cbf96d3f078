//! Puts what is to be said in order, and bends it to the rules of a dialect.

use super::dialect::{
    CONTINUATION, ContextPlacement, Dialect, EmptyContent, GreetingRule, LaterSystem, OPENING, SystemPlacement,
    TurnOrder, TurnRule,
};
use super::{ChatMessage, Joined, Part, SEPARATOR, Zone};
use crate::message::{Message, MessageRole};
use crate::prompt::Prompt;

/// What leads the chat, and its messages.
pub(super) fn arrange(
    prompt: &Prompt,
    history: &[Message],
    message: &str,
    dialect: &Dialect,
) -> (Vec<Part>, Vec<ChatMessage>) {
    let sections = prompt.system.iter().filter(|section| !is_blank(&section.text));
    let mut system: Vec<Part> =
        sections.map(|section| Part { zone: Zone::System, text: section.text.clone() }).collect();
    let mut pieces = gather(prompt, history, message, dialect);
    // System messages that the history begins with lead the chat, if nothing stands before them. What was chosen for
    // this turn never does, or it would change what the next turn begins with.
    let leads = |piece: &Piece| piece.role == MessageRole::System && piece.zone <= Zone::History;
    let leading = pieces.iter().take_while(|piece| leads(piece)).count();
    system.extend(pieces.drain(..leading).map(|piece| Part { zone: piece.zone, text: piece.text }));
    if dialect.system == SystemPlacement::FirstUserTurn {
        let zones = system.chunk_by(|part, next| part.zone == next.zone);
        let folded = zones.map(|parts| Piece::system(parts[0].zone, Joined(parts).to_string()).fold(dialect));
        pieces.splice(0..0, folded.collect::<Vec<_>>());
        system.clear();
    }
    let mut pieces = settle_system(pieces, dialect);
    fill_turns(&mut pieces, dialect);
    (system, merge(pieces, dialect))
}

/// A text on its way to a message.
struct Piece {
    role: MessageRole,
    zone: Zone,
    text: String,
    /// Whether it is system text that goes into a user turn.
    is_folded: bool,
}

impl Piece {
    fn new(role: MessageRole, zone: Zone, text: String) -> Self {
        Self { role, zone, text, is_folded: false }
    }

    fn system(zone: Zone, text: String) -> Self {
        Self::new(MessageRole::System, zone, text)
    }

    fn is_turn(&self) -> bool {
        self.role != MessageRole::System
    }

    fn fold(self, dialect: &Dialect) -> Self {
        let text = [&dialect.delimiters.open, &*self.text, &dialect.delimiters.close].concat();
        Self { role: MessageRole::User, text, is_folded: true, ..self }
    }
}

/// All that is to be said behind the system prompt, in order.
fn gather(prompt: &Prompt, history: &[Message], message: &str, dialect: &Dialect) -> Vec<Piece> {
    let mut pieces = Vec::new();
    pieces.extend(said(&prompt.examples, Zone::Examples, dialect));
    if let Some(greeting) = prompt.greeting.as_deref().filter(|greeting| greets(greeting, history, dialect)) {
        pieces.push(Piece::new(MessageRole::Assistant, Zone::Greeting, greeting.to_owned()));
    }
    pieces.extend(said(history, Zone::History, dialect));
    let sections = prompt.context.iter().map(|section| section.text.as_str()).filter(|text| !is_blank(text));
    let context = sections.collect::<Vec<_>>().join(SEPARATOR);
    let context = (!is_blank(&context)).then(|| Piece::system(Zone::Context, context));
    let message = (!is_blank(message)).then(|| Piece::new(MessageRole::User, Zone::Message, message.to_owned()));
    match dialect.context {
        ContextPlacement::BeforeMessage => pieces.extend(context.into_iter().chain(message)),
        ContextPlacement::AfterMessage => pieces.extend(message.into_iter().chain(context)),
    }
    let reminder = prompt.reminder.iter().filter(|reminder| !is_blank(reminder));
    pieces.extend(reminder.map(|reminder| Piece::system(Zone::Reminder, reminder.clone())));
    pieces
}

/// Messages that were said before, those without text as the dialect has it. System text without text says nothing.
fn said(messages: &[Message], zone: Zone, dialect: &Dialect) -> impl Iterator<Item = Piece> {
    let keeps_empty = dialect.empty_content == EmptyContent::Keep;
    let kept =
        move |message: &&Message| !is_blank(&message.content) || (keeps_empty && message.role != MessageRole::System);
    messages.iter().filter(kept).map(move |message| Piece::new(message.role, zone, message.content.clone()))
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Whether the greeting is put before the history.
fn greets(greeting: &str, history: &[Message], dialect: &Dialect) -> bool {
    let mut turns = history.iter().filter(|message| message.role != MessageRole::System && !is_blank(&message.content));
    let first = turns.next();
    !is_blank(greeting)
        && match dialect.greeting {
            GreetingRule::WhenHistoryIsEmpty => first.is_none(),
            GreetingRule::Always => first
                .is_none_or(|first| first.role != MessageRole::Assistant || first.content.trim() != greeting.trim()),
            GreetingRule::Never => false,
        }
}

/// Lets system text be a message of its own where that is allowed, and folds it into a user turn elsewhere.
fn settle_system(pieces: Vec<Piece>, dialect: &Dialect) -> Vec<Piece> {
    // Who speaks next, for each piece.
    let mut next_turns = Vec::with_capacity(pieces.len());
    let mut next = None;
    for piece in pieces.iter().rev() {
        next_turns.push(next);
        if piece.is_turn() {
            next = Some(piece.role);
        }
    }
    let user = Some(MessageRole::User);
    let mut previous = None;
    let settle = |(piece, next): (Piece, Option<MessageRole>)| {
        let is_allowed = match dialect.later_system {
            LaterSystem::Anywhere => true,
            LaterSystem::AfterUser => previous == user && next != user,
            LaterSystem::InUserTurn => false,
        };
        // Between turns of one speaker it takes the other's part, and behind the persona's last words the user's.
        let parts_turns = dialect.turn_order == TurnOrder::Alternating && previous.is_some() && previous == next;
        let is_last_turn = dialect.last_turn != TurnRule::Any && next.is_none() && previous != user;
        let stays = piece.is_turn() || (is_allowed && !parts_turns && !is_last_turn);
        let piece = if stays { piece } else { piece.fold(dialect) };
        if piece.is_turn() {
            previous = Some(piece.role);
        }
        piece
    };
    pieces.into_iter().zip(next_turns.into_iter().rev()).map(settle).collect()
}

/// Puts in the user turns that have to be there.
fn fill_turns(pieces: &mut Vec<Piece>, dialect: &Dialect) {
    if let TurnRule::User { otherwise } = &dialect.first_turn {
        let opening = |zone| Piece::new(MessageRole::User, zone, or(otherwise, OPENING));
        // The first turn of the conversation, when it would follow one of the persona's in the examples.
        let first = pieces.iter().position(|piece| piece.is_turn() && piece.zone > Zone::Examples);
        if let Some(first) = first.filter(|first| pieces[*first].role == MessageRole::Assistant) {
            let before = pieces[..first].iter().rfind(|piece| piece.is_turn());
            if before.is_some_and(|before| before.role == MessageRole::Assistant) {
                pieces.insert(first, opening(pieces[first].zone));
            }
        }
        let first = pieces.iter().find(|piece| piece.is_turn());
        if first.is_none_or(|first| first.role != MessageRole::User) {
            // It belongs to what it stands before, which need not be a turn.
            pieces.insert(0, opening(pieces.first().map_or(Zone::Message, |piece| piece.zone)));
        }
    }
    if let TurnRule::User { otherwise } = &dialect.last_turn {
        let last = pieces.iter().rfind(|piece| piece.is_turn());
        if last.is_none_or(|last| last.role != MessageRole::User) {
            pieces.push(Piece::new(MessageRole::User, Zone::Message, or(otherwise, CONTINUATION)));
        }
    }
}

fn or(text: &str, default: &str) -> String {
    if is_blank(text) { default } else { text }.to_owned()
}

/// Makes messages of the pieces: one of each, or of several where they share a turn.
fn merge(pieces: Vec<Piece>, dialect: &Dialect) -> Vec<ChatMessage> {
    // Whether a user turn that is not folded follows at once, which folded text then goes into.
    let mut leads_a_turn = Vec::with_capacity(pieces.len());
    let mut leads = false;
    for piece in pieces.iter().rev() {
        leads_a_turn.push(leads);
        leads = piece.role == MessageRole::User && (leads || !piece.is_folded);
    }
    let alternating = dialect.turn_order == TurnOrder::Alternating;
    let one_system = alternating || dialect.later_system == LaterSystem::AfterUser;
    let mut messages: Vec<ChatMessage> = Vec::new();
    let mut was_folded = false;
    for (piece, leads) in pieces.into_iter().zip(leads_a_turn.into_iter().rev()) {
        let shares = match piece.role {
            MessageRole::System => one_system,
            MessageRole::Assistant => alternating,
            MessageRole::User => alternating || was_folded || (piece.is_folded && !leads),
        };
        was_folded = piece.is_folded;
        let part = Part { zone: piece.zone, text: piece.text };
        match messages.last_mut() {
            Some(last) if shares && last.role == piece.role => last.add(part),
            _ => messages.push(ChatMessage { role: piece.role, parts: vec![part] }),
        }
    }
    messages
}

impl ChatMessage {
    /// Adds a part; one without text is only there as long as it is alone.
    fn add(&mut self, part: Part) {
        if is_blank(&self.parts[0].text) {
            self.parts[0] = part;
        } else if !is_blank(&part.text) {
            self.parts.push(part);
        }
    }
}
