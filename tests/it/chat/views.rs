//! Conversations as each backend is sent them: shown beside the fixture, and of the shape that the provider publishes.

use std::path::Path;

use personas::chat::{
    ContextPlacement, Dialect, EmptyContent, GreetingRule, LaterSystem, SystemPlacement, TurnRule, Zone,
};
use personas::{Message, MessageRole, Prompt};
use serde::Deserialize;
use serde_json::Value;

use super::{json, presets, prompt, text};
use crate::support::{assert_beside, files, name};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Conversation {
    #[serde(default)]
    system: Vec<String>,
    #[serde(default)]
    examples: Vec<Message>,
    greeting: Option<String>,
    #[serde(default)]
    context: Vec<String>,
    reminder: Option<String>,
    #[serde(default)]
    pub(super) history: Vec<Message>,
    pub(super) message: String,
}

impl Conversation {
    pub(super) fn prompt(&self) -> Prompt {
        prompt(&self.system, &self.examples, self.greeting.as_deref(), &self.context, self.reminder.as_deref())
    }
}

/// Each conversation with the place of its fixture, without the ending.
pub(super) fn conversations() -> Vec<(String, Conversation)> {
    let paths = files("tests/fixtures/chat", &["yaml"]);
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path).expect("a conversation");
        serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", name(path)))
    };
    paths.iter().map(|path| (name(&path.with_extension("")), read(path))).collect()
}

#[test]
fn requests_are_as_shown() {
    for (place, conversation) in conversations() {
        let prompt = conversation.prompt();
        for (backend, dialect, view) in presets() {
            let chat = prompt.chat(&conversation.history, &conversation.message, &dialect);
            assert_beside(Path::new(&format!("{place}.{backend}")), &view(&chat));
        }
    }
}

/// The schemas are our own, written from the providers' pages that each names.
#[test]
fn requests_are_of_the_published_shape() {
    let schema = |view: &str| -> Value {
        let path = format!("tests/fixtures/chat/schemas/{view}.schema.json");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let mut checked = 0;
    for (place, conversation) in conversations() {
        let prompt = conversation.prompt();
        for (backend, dialect, view) in presets() {
            let schema = schema(match backend {
                "openai-responses" => "openai-responses",
                "anthropic" | "anthropic-later-system" => "anthropic",
                "gemini" => "gemini",
                "ollama" => "ollama",
                _ => "openai-chat",
            });
            jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{backend}: {error}"));
            let request = json(&view(&prompt.chat(&conversation.history, &conversation.message, &dialect)));
            jsonschema::draft202012::validate(&schema, &request)
                .unwrap_or_else(|error| panic!("{place} for {backend}: {error} at {}", error.instance_path()));
            checked += 1;
        }
    }
    assert!(checked >= 27, "{checked} requests");
}

fn simple() -> Prompt {
    let system = ["You are Ada.".to_owned(), "You speak in whole sentences.".to_owned()];
    let context = ["Note G is her longest note.".to_owned()];
    prompt(&system, &[], Some("Good day!"), &context, Some("Stay Ada."))
}

/// What a chat says, a line for each message.
fn lines(prompt: &Prompt, history: &[Message], message: &str, dialect: &Dialect) -> Vec<String> {
    let chat = prompt.chat(history, message, dialect);
    chat.to_messages().iter().map(|message| format!("{}: {}", message.role, message.content)).collect()
}

#[test]
fn the_greeting_is_sent_once() {
    let (user, assistant) = (MessageRole::User, MessageRole::Assistant);
    let mut dialect = Dialect::openai_chat();
    let mut count = |history: &[Message], rule: GreetingRule| {
        dialect.greeting = rule;
        lines(&simple(), history, "Hi", &dialect).iter().filter(|line| *line == "assistant: Good day!").count()
    };
    let kept = [Message::new(assistant, "Good day!\n"), Message::new(user, "Hello"), Message::new(assistant, "Yes?")];
    let other = &kept[1..];
    let only_system = [Message::new(MessageRole::System, "The visitor is Sam."), Message::new(user, " ")];
    for (rule, expected) in [
        (GreetingRule::WhenHistoryIsEmpty, [1, 0, 0, 1]),
        (GreetingRule::Always, [1, 0, 1, 1]),
        (GreetingRule::Never, [0, 0, 0, 0]),
    ] {
        let found = [count(&[], rule), count(&kept, rule), count(other, rule), count(&only_system, rule)];
        assert_eq!(found, expected, "{rule:?}");
    }
}

#[test]
fn a_blank_message_lets_the_history_be_answered() {
    let mut prompt = simple();
    prompt.system.clear();
    prompt.greeting = None;
    let asked = [Message::new(MessageRole::User, "Who are you?")];
    let lines = |history: &[Message], dialect: &Dialect| lines(&prompt, history, " \n", dialect);
    assert_eq!(
        lines(&asked, &Dialect::openai_chat()),
        ["user: Who are you?", "system: Note G is her longest note.", "system: Stay Ada."]
    );
    assert_eq!(
        lines(&asked, &Dialect::anthropic_later_system()),
        ["user: Who are you?", "system: Note G is her longest note.\n\nStay Ada."]
    );
    let answered = [asked[0].clone(), Message::new(MessageRole::Assistant, "I am")];
    assert_eq!(
        lines(&answered, &Dialect::anthropic_later_system()),
        [
            "user: Who are you?",
            "assistant: I am",
            "user: <instructions>\nNote G is her longest note.\n</instructions>",
            "system: Stay Ada.",
        ]
    );
    // An answer to continue, where that is allowed and nothing stands behind it.
    let bare = Prompt::default();
    let mut older = Dialect::anthropic();
    older.last_turn = TurnRule::Any;
    let roles = |dialect: &Dialect| bare.chat(&answered, "", dialect).messages.last().map(|last| last.role);
    assert_eq!(roles(&older), Some(MessageRole::Assistant));
    assert_eq!(roles(&Dialect::anthropic()), Some(MessageRole::User));
}

#[test]
fn with_nothing_to_say_a_user_still_begins_where_one_must() {
    let nothing = Prompt::default();
    assert_eq!(lines(&nothing, &[], "", &Dialect::openai_chat()), [""; 0]);
    assert_eq!(lines(&nothing, &[], "", &Dialect::gemini()), ["user: (The conversation begins.)"]);
    let mut dialect = Dialect::gemini();
    dialect.first_turn = TurnRule::User { otherwise: "Hi!".into() };
    assert_eq!(lines(&nothing, &[], "", &dialect), ["user: Hi!"]);
    // An empty text would be refused, so that it stands for ours.
    dialect.first_turn = TurnRule::User { otherwise: " ".into() };
    assert_eq!(lines(&nothing, &[], "", &dialect), ["user: (The conversation begins.)"]);
}

#[test]
fn an_example_does_not_run_into_the_greeting() {
    let mut prompt = simple();
    prompt.system.clear();
    prompt.context.clear();
    prompt.reminder = None;
    prompt.examples = vec![Message::new(MessageRole::User, "Ready?"), Message::new(MessageRole::Assistant, "Always.")];
    assert_eq!(
        lines(&prompt, &[], "Hi", &Dialect::anthropic()),
        ["user: Ready?", "assistant: Always.", "user: (The conversation begins.)", "assistant: Good day!", "user: Hi"]
    );
}

#[test]
fn each_section_can_be_a_message() {
    let mut dialect = Dialect::openai_chat();
    dialect.system = SystemPlacement::Messages;
    let shown = lines(&simple(), &[], "Hi", &dialect);
    assert_eq!(shown[..2], ["system: You are Ada.", "system: You speak in whole sentences."]);
    let chat = simple().chat(&[], "Hi", &Dialect::openai_chat());
    assert_eq!(chat.system_text(), "You are Ada.\n\nYou speak in whole sentences.");
    assert_eq!(chat.to_messages()[0].content, chat.system_text());
}

#[test]
fn empty_turns_stay_where_they_may() {
    let history = [Message::new(MessageRole::User, "Hi"), Message::new(MessageRole::Assistant, "")];
    let mut dialect = Dialect::openai_chat();
    assert_eq!(lines(&Prompt::default(), &history, "Hello?", &dialect), ["user: Hi", "user: Hello?"]);
    dialect.empty_content = EmptyContent::Keep;
    assert_eq!(lines(&Prompt::default(), &history, "Hello?", &dialect), ["user: Hi", "assistant: ", "user: Hello?"]);
}

/// The texts that end with a breakpoint, from first to last.
fn cached(request: &Value) -> Vec<&str> {
    let turns = request["messages"].as_array().expect("messages").iter().map(|turn| &turn["content"]);
    let blocks =
        std::iter::once(&request["system"]).chain(turns).flat_map(|blocks| blocks.as_array().into_iter().flatten());
    let marked = blocks.filter(|block| block.get("cache_control").is_some());
    marked.map(|block| block["text"].as_str().expect("a text")).collect()
}

#[test]
fn anthropic_caches_at_the_ends_of_zones() {
    let mut prompt = simple();
    prompt.examples = vec![Message::new(MessageRole::User, "Ready?"), Message::new(MessageRole::Assistant, "Always.")];
    let history = [
        Message::new(MessageRole::Assistant, "Good day!"),
        Message::new(MessageRole::User, "Hello"),
        Message::new(MessageRole::User, "Ada?"),
    ];
    let chat = prompt.chat(&history, "Are you there?", &Dialect::anthropic());
    let system = "You are Ada.\n\nYou speak in whole sentences.";
    let request = json(&text(&chat.anthropic("MODEL", 1)));
    assert_eq!(cached(&request), [system, "Always.", "\n\nAda?"]);
    // The end of the history and this turn share a message, and yet the breakpoint stands between them.
    let last = request["messages"].as_array().and_then(|turns| turns.last()).expect("a turn");
    let texts: Vec<&str> =
        last["content"].as_array().expect("blocks").iter().filter_map(|block| block["text"].as_str()).collect();
    assert_eq!(texts.concat(), chat.messages.last().expect("a message").text());
    assert_eq!(texts.len(), 5);
    assert_eq!(cached(&json(&text(&chat.anthropic("MODEL", 1).cache_after(&[Zone::Examples])))), ["Always."]);
    assert_eq!(cached(&json(&text(&chat.anthropic("MODEL", 1).cache_after(&[])))), [""; 0]);
    let all = [Zone::System, Zone::Examples, Zone::History, Zone::Context, Zone::Message];
    let error = serde_json::to_string(&chat.anthropic("MODEL", 1).cache_after(&all)).expect_err("too many");
    assert_eq!(error.to_string(), "Anthropic caches after at most 4 zones");
}

#[test]
fn a_chat_of_another_dialect_is_refused_where_it_has_no_form() {
    let chat = simple().chat(&[], "Hi", &Dialect::openai_chat());
    let error = serde_json::to_string(&chat.gemini()).expect_err("a system message");
    assert_eq!(error.to_string(), "Gemini has no system role within a conversation; use `Dialect::gemini`");
    let error = serde_json::to_string(&chat.anthropic("MODEL", 1)).expect_err("a system message before the user");
    assert!(error.to_string().starts_with("Anthropic takes a system message only between"), "{error}");
}

#[test]
fn context_stands_where_the_dialect_says() {
    let mut dialect = Dialect::openai_chat();
    let zones = |dialect: &Dialect| -> Vec<Zone> {
        let chat = simple().chat(&[], "Hi", dialect);
        chat.messages.iter().flat_map(|message| &message.parts).map(|part| part.zone).collect()
    };
    assert_eq!(zones(&dialect), [Zone::Greeting, Zone::Context, Zone::Message, Zone::Reminder]);
    dialect.context = ContextPlacement::AfterMessage;
    assert_eq!(zones(&dialect), [Zone::Greeting, Zone::Message, Zone::Context, Zone::Reminder]);
    dialect.later_system = LaterSystem::InUserTurn;
    let last = simple().chat(&[], "Hi", &dialect).messages.pop().expect("a message");
    assert_eq!(last.parts.len(), 3);
}

/// Where nothing is said yet, who must be heard first is heard before what was chosen for the turn.
#[test]
fn an_opening_belongs_to_what_it_stands_before() {
    let mut dialect = Dialect::openai_chat();
    dialect.first_turn = Dialect::gemini().first_turn;
    let chat = prompt(&[], &[], None, &["known".to_owned()], None).chat(&[], "", &dialect);
    let zones: Vec<Zone> = chat.messages.iter().map(|message| message.parts[0].zone).collect();
    assert_eq!(zones, [Zone::Context, Zone::Context]);
}
