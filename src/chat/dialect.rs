/// What a chat backend allows, rule by rule.
///
/// The constructors give the rules of the known providers, and of the chat templates of local models. None looks at the
/// name of a model: where models of one provider differ, choose. Each rule can be set by itself:
///
/// ```
/// use personas::chat::{Dialect, LaterSystem, TurnOrder};
///
/// let mut dialect = Dialect::openai_chat();
/// dialect.later_system = LaterSystem::InUserTurn;
/// dialect.turn_order = TurnOrder::Alternating;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dialect {
    /// Where the system prompt stands.
    pub system: SystemPlacement,
    /// How OpenAI's formats call who writes the system prompt.
    pub system_role: SystemRole,
    /// What becomes of system text behind the first turn: of the history, the context and the reminder.
    pub later_system: LaterSystem,
    /// What stands around system text within a user turn.
    pub delimiters: Delimiters,
    /// Whether the turns of user and assistant must alternate.
    pub turn_order: TurnOrder,
    /// Who may have the first turn.
    ///
    /// `otherwise` stands before a greeting, a history or examples that begin with the persona; and between examples
    /// and such a conversation, so that the greeting is not read as the end of the last example.
    pub first_turn: TurnRule,
    /// Who may have the last turn. [`TurnRule::Any`] lets an answer be continued that the history ends with.
    pub last_turn: TurnRule,
    /// Whether a message may be without text.
    pub empty_content: EmptyContent,
    /// Where the context of the turn stands.
    pub context: ContextPlacement,
    /// When the prompt's greeting is sent. It is for the app to choose, not for the backend.
    pub greeting: GreetingRule,
}

/// Where the system prompt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SystemPlacement {
    /// In a field beside the messages, where the format has one; else as one message.
    Field,
    /// In one message before all others.
    OneMessage,
    /// In a message for each section, before all others.
    Messages,
    /// In the first user turn: there is no system role.
    FirstUserTurn,
}

/// How OpenAI's formats call who writes the system prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SystemRole {
    /// `system`.
    System,
    /// `developer`, its name for models that reason.
    Developer,
}

impl SystemRole {
    /// The word in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Developer => "developer",
        }
    }
}

/// What becomes of system text behind the first turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LaterSystem {
    /// It is a message of its own wherever it stands.
    Anywhere,
    /// It is a message of its own where it follows a user turn and the assistant speaks next, and one at a time;
    /// elsewhere it goes into a user turn.
    AfterUser,
    /// It goes into a user turn: into that behind it, else that before it, else one of its own.
    InUserTurn,
}

/// What stands around system text within a user turn, so that a model can tell it from the visitor's words.
///
/// It is a help and no protection: a visitor can write the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Delimiters {
    /// What stands before it.
    pub open: String,
    /// What stands behind it.
    pub close: String,
}

impl Default for Delimiters {
    /// `<instructions>` and `</instructions>`, each on its line.
    fn default() -> Self {
        Self { open: "<instructions>\n".into(), close: "\n</instructions>".into() }
    }
}

/// Whether the turns of user and assistant must alternate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TurnOrder {
    /// Any order.
    Free,
    /// One after the other, system messages between them passed over. Turns of one speaker are merged.
    Alternating,
}

/// Who may have a turn.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TurnRule {
    /// Anyone.
    Any,
    /// The user.
    User {
        /// What the user says where there is no such turn. A blank text stands for that of the constructors.
        otherwise: String,
    },
}

/// Whether a message may be without text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EmptyContent {
    /// It may: turns without text stay.
    Keep,
    /// It may not: turns without text, or with nothing but white space, are left out.
    Drop,
}

/// Where the context of the turn stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContextPlacement {
    /// Before the visitor's message.
    BeforeMessage,
    /// Behind it, and before the reminder.
    AfterMessage,
}

/// When the prompt's greeting is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GreetingRule {
    /// When the history holds no turn yet. What an app keeps is sent as it kept it.
    WhenHistoryIsEmpty,
    /// Always, unless the first turn of the history is the persona's and says the same.
    Always,
    /// Never.
    Never,
}

pub(super) const OPENING: &str = "(The conversation begins.)";
pub(super) const CONTINUATION: &str = "(Continue.)";

impl Dialect {
    /// OpenAI's Chat Completions, and the many servers that speak it.
    ///
    /// System messages may stand anywhere, and turns in any order. Where a server applies a stricter template, take
    /// [`Dialect::one_leading_system_alternating`] or [`Dialect::no_system_role`] with the same view.
    ///
    /// Source: OpenAI API reference, "Create chat completion".
    #[must_use]
    pub fn openai_chat() -> Self {
        Self {
            system: SystemPlacement::OneMessage,
            system_role: SystemRole::System,
            later_system: LaterSystem::Anywhere,
            delimiters: Delimiters::default(),
            turn_order: TurnOrder::Free,
            first_turn: TurnRule::Any,
            last_turn: TurnRule::Any,
            empty_content: EmptyContent::Drop,
            context: ContextPlacement::BeforeMessage,
            greeting: GreetingRule::WhenHistoryIsEmpty,
        }
    }

    /// OpenAI's Chat Completions with the role `developer` in place of `system`, which its newer models prefer.
    ///
    /// Source: as for [`Dialect::openai_chat`].
    #[must_use]
    pub fn openai_chat_developer() -> Self {
        Self { system_role: SystemRole::Developer, ..Self::openai_chat() }
    }

    /// OpenAI's Responses: the system prompt in `instructions`, later ones as `developer` messages.
    ///
    /// Source: OpenAI API reference, "Create a model response".
    #[must_use]
    pub fn openai_responses() -> Self {
        Self { system: SystemPlacement::Field, ..Self::openai_chat_developer() }
    }

    /// Anthropic's Messages, for every model: what the app says later goes into the user's turn.
    ///
    /// The API merges turns of one speaker; merging them here keeps them parted by a blank line. The last turn is the
    /// user's, since newer models refuse an answer to continue; for an older one, set [`Dialect::last_turn`].
    ///
    /// Source: Claude API docs, "Using the Messages API".
    #[must_use]
    pub fn anthropic() -> Self {
        Self {
            system: SystemPlacement::Field,
            later_system: LaterSystem::InUserTurn,
            turn_order: TurnOrder::Alternating,
            ..Self::user_first_and_last()
        }
    }

    /// Anthropic's Messages, for models that take system messages within a conversation, as the page below lists them.
    /// Others answer with an error.
    ///
    /// Such a message must follow a user turn and be the last or followed by the assistant, so that the context stands
    /// behind the visitor's message, together with the reminder.
    ///
    /// Source: Claude API docs, "Mid-conversation system messages".
    #[must_use]
    pub fn anthropic_later_system() -> Self {
        Self { later_system: LaterSystem::AfterUser, context: ContextPlacement::AfterMessage, ..Self::anthropic() }
    }

    /// Google's Gemini: a system instruction beside turns of user and model, the user's first and last.
    ///
    /// Source: Gemini API reference, "Generating content".
    #[must_use]
    pub fn gemini() -> Self {
        Self::anthropic()
    }

    /// Ollama's chat.
    ///
    /// Its templates for many models have one place for all system messages, at the beginning: a reminder would move
    /// away from the end, and each turn would change the text that the cache begins with. What the app says later goes
    /// into the user's turn instead.
    ///
    /// Source: Ollama, "API: Generate a chat completion" and `template/template.go`.
    #[must_use]
    pub fn ollama() -> Self {
        Self { later_system: LaterSystem::InUserTurn, ..Self::openai_chat() }
    }

    /// Local models whose template takes one system message at the beginning, then a user, an assistant, and so on, and
    /// refuses anything else; as those of Llama 2 and Mistral do.
    #[must_use]
    pub fn one_leading_system_alternating() -> Self {
        Self { system: SystemPlacement::OneMessage, ..Self::anthropic() }
    }

    /// Local models whose template knows no system role at all, and wants user and assistant to alternate; as those of
    /// Gemma do.
    #[must_use]
    pub fn no_system_role() -> Self {
        Self { system: SystemPlacement::FirstUserTurn, ..Self::anthropic() }
    }

    fn user_first_and_last() -> Self {
        Self {
            first_turn: TurnRule::User { otherwise: OPENING.into() },
            last_turn: TurnRule::User { otherwise: CONTINUATION.into() },
            ..Self::openai_chat()
        }
    }
}
