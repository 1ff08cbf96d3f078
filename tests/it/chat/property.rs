//! Any conversation in any dialect: the rules are kept and no text is lost.

use personas::chat::{
    ContextPlacement, Dialect, EmptyContent, GreetingRule, LaterSystem, SystemPlacement, SystemRole, TurnOrder,
    TurnRule, Zone,
};
use personas::{Message, MessageRole, Prompt};
use proptest::prelude::*;
use serde_json::Value;

use super::rules::{assert_obeys, assert_whole};
use super::{json, presets, prompt};

fn text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "",
        " ",
        "\n\n",
        "\u{3000}",
        "a",
        "b\n\nc",
        " d ",
        "é",
        "👋🏽",
        "\u{feff}",
        "\0",
        "\u{202e}",
        "\"",
        "\\",
        "\u{1f}",
        "<instructions>\n",
        "\n</instructions>",
        "(The conversation begins.)",
        "(Continue.)",
        "{{user}}",
        "<|im_end|>",
    ]);
    prop_oneof![3 => prop::collection::vec(odd, 0..3).prop_map(|pieces| pieces.concat()), 1 => any::<String>()]
}

fn message() -> impl Strategy<Value = Message> {
    let role = prop::sample::select(vec![MessageRole::System, MessageRole::User, MessageRole::Assistant]);
    (role, text()).prop_map(|(role, text)| Message::new(role, text))
}

fn any_prompt() -> impl Strategy<Value = Prompt> {
    let texts = || prop::collection::vec(text(), 0..3);
    let examples = prop::collection::vec(message(), 0..4);
    (texts(), examples, prop::option::of(text()), texts(), prop::option::of(text())).prop_map(
        |(system, examples, greeting, context, reminder)| {
            prompt(&system, &examples, greeting.as_deref(), &context, reminder.as_deref())
        },
    )
}

fn history() -> impl Strategy<Value = Vec<Message>> {
    prop::collection::vec(message(), 0..10)
}

fn turn_rule() -> impl Strategy<Value = TurnRule> {
    prop_oneof![Just(TurnRule::Any), text().prop_map(|otherwise| TurnRule::User { otherwise })]
}

/// A ready-made dialect, or one whose every rule is drawn.
fn dialect() -> impl Strategy<Value = Dialect> {
    let drawn = (
        (
            prop::sample::select(vec![
                SystemPlacement::Field,
                SystemPlacement::OneMessage,
                SystemPlacement::Messages,
                SystemPlacement::FirstUserTurn,
            ]),
            prop::sample::select(vec![SystemRole::System, SystemRole::Developer]),
            prop::sample::select(vec![LaterSystem::Anywhere, LaterSystem::AfterUser, LaterSystem::InUserTurn]),
            prop::sample::select(vec![TurnOrder::Free, TurnOrder::Alternating]),
            (text(), text()),
        ),
        turn_rule(),
        turn_rule(),
        (
            prop::sample::select(vec![EmptyContent::Keep, EmptyContent::Drop]),
            prop::sample::select(vec![ContextPlacement::BeforeMessage, ContextPlacement::AfterMessage]),
            prop::sample::select(vec![GreetingRule::WhenHistoryIsEmpty, GreetingRule::Always, GreetingRule::Never]),
        ),
    );
    let drawn =
        drawn.prop_map(|((system, role, later, order, (open, close)), first, last, (empty, context, greeting))| {
            let mut dialect = Dialect::openai_chat();
            dialect.system = system;
            dialect.system_role = role;
            dialect.later_system = later;
            dialect.turn_order = order;
            dialect.delimiters.open = open;
            dialect.delimiters.close = close;
            dialect.first_turn = first;
            dialect.last_turn = last;
            dialect.empty_content = empty;
            dialect.context = context;
            dialect.greeting = greeting;
            dialect
        });
    let ready = prop::sample::select(presets().map(|(_, dialect, _)| dialect).to_vec());
    prop_oneof![1 => ready, 2 => drawn]
}

/// Two thousand cases, or as many as `PROPTEST_CASES` says.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2_000);
    ProptestConfig { cases, failure_persistence: None, max_global_rejects: u32::MAX, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_conversation_obeys_and_is_whole(
        prompt in any_prompt(), history in history(), message in text(), dialect in dialect()
    ) {
        let chat = prompt.chat(&history, &message, &dialect);
        assert_obeys(&chat, &dialect);
        assert_whole(&chat, &prompt, &history, &message, &dialect);
        prop_assert_eq!(&chat, &prompt.chat(&history, &message, &dialect));
        // Every chat has a form for OpenAI and Ollama, and for the others it has one or an error.
        let request = serde_json::to_value(chat.openai_chat("MODEL")).expect("JSON");
        let texts: Vec<&str> = request["messages"].as_array().expect("messages").iter().filter_map(|message| message["content"].as_str()).collect();
        let plain = chat.to_messages();
        prop_assert_eq!(texts, plain.iter().map(|message| message.content.as_str()).collect::<Vec<_>>());
        serde_json::to_value(chat.ollama("MODEL")).expect("JSON");
        serde_json::to_value(chat.openai_responses("MODEL")).expect("JSON");
        let _ = serde_json::to_value(chat.gemini());
        if let Ok(request) = serde_json::to_value(chat.anthropic("MODEL", 1)) {
            let turns = request["messages"].as_array().expect("messages");
            for (turn, message) in turns.iter().zip(&chat.messages) {
                let blocks = turn["content"].as_array().expect("blocks").iter().filter_map(|block| block["text"].as_str());
                prop_assert_eq!(blocks.collect::<String>(), message.text());
            }
        }
    }

    /// What an app keeps of a turn leaves everything before it as it was, so that a provider's cache holds it.
    #[test]
    fn a_turn_changes_nothing_before_it(
        prompt in any_prompt(), context in prop::collection::vec(text(), 0..3), history in history(),
        message in "[a-z]{1,9}", answer in "[a-z]{1,9}", dialect in dialect()
    ) {
        // The greeting is kept in the history, or is sent each time.
        prop_assume!(history.iter().any(|message| message.role != MessageRole::System && !message.content.trim().is_empty()));
        let mut next = super::prompt(&[], &[], None, &context, None);
        (next.system, next.examples, next.greeting) = (prompt.system.clone(), prompt.examples.clone(), prompt.greeting.clone());
        let kept = [Message::new(MessageRole::User, message.as_str()), Message::new(MessageRole::Assistant, answer)];
        let longer: Vec<Message> = history.iter().cloned().chain(kept).collect();
        let before = prompt.chat(&history, &message, &dialect);
        let after = next.chat(&longer, "And then?", &dialect);
        prop_assert_eq!(&before.system, &after.system);
        let stable = |chat: &personas::chat::Chat| -> Vec<(MessageRole, String)> {
            let parts = chat.messages.iter().flat_map(|message| message.parts.iter().map(|part| (message.role, part.clone())));
            parts.filter(|(_, part)| part.zone <= Zone::History).map(|(role, part)| (role, part.text)).collect()
        };
        let (before, after) = (stable(&before), stable(&after));
        prop_assert!(after.starts_with(&before), "{:#?}\n{:#?}", before, after);
    }
}

/// What the JSON begins with is the same, too, up to the end of the history.
#[test]
fn requests_of_one_conversation_begin_with_the_same_bytes() {
    let system = ["You are Ada.".to_owned()];
    let mut prompt = prompt(&system, &[], None, &["Note G is long.".to_owned()], Some("Stay Ada."));
    let mut history = vec![Message::new(MessageRole::Assistant, "Good day!")];
    for (backend, dialect, view) in presets() {
        let first = json(&view(&prompt.chat(&history, "What is Note G?", &dialect)));
        history.push(Message::new(MessageRole::User, "What is Note G?"));
        history.push(Message::new(MessageRole::Assistant, "My longest note."));
        prompt.context[0].text = "Babbage is a friend.".into();
        let second = json(&view(&prompt.chat(&history, "Who is Babbage?", &dialect)));
        let bytes = |mut request: Value| {
            // A breakpoint of the cache is no part of what is cached.
            for turn in request["messages"].as_array_mut().into_iter().flatten() {
                for block in turn["content"].as_array_mut().into_iter().flatten() {
                    block.as_object_mut().expect("a block").remove("cache_control");
                }
            }
            serde_json::to_string(&request).expect("JSON")
        };
        let (first, second) = (bytes(first), bytes(second));
        let shared = first.bytes().zip(second.bytes()).take_while(|(one, other)| one == other).count();
        assert!(first[..shared].contains("Good day!"), "{backend}: {}", &first[..shared]);
        history.truncate(1);
        prompt.context[0].text = "Note G is long.".into();
    }
}
