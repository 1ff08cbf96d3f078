//! What must hold of a chat, checked from its outside: by the dialect's rules and by what went in, and by nothing that
//! the library uses to make it.

use personas::chat::{
    Chat, ContextPlacement, Dialect, EmptyContent, GreetingRule, LaterSystem, SystemPlacement, TurnOrder, TurnRule,
    Zone,
};
use personas::{Message, MessageRole, Prompt};

use MessageRole::{Assistant, System, User};

/// Looks at every rule of a dialect.
pub(super) fn assert_obeys(chat: &Chat, dialect: &Dialect) {
    let roles: Vec<MessageRole> = chat.messages.iter().map(|message| message.role).collect();
    let turns: Vec<MessageRole> = roles.iter().copied().filter(|role| *role != System).collect();
    let shown = || format!("{chat:#?}\n{dialect:#?}");

    if dialect.system == SystemPlacement::FirstUserTurn {
        assert!(chat.system.is_empty(), "{}", shown());
    }
    match dialect.later_system {
        LaterSystem::Anywhere => {}
        LaterSystem::AfterUser => {
            for index in (0..roles.len()).filter(|index| roles[*index] == System) {
                assert!(index > 0 && roles[index - 1] == User, "{}", shown());
                assert!(matches!(roles.get(index + 1), None | Some(Assistant)), "{}", shown());
            }
        }
        _ => assert!(!roles.contains(&System), "{}", shown()),
    }
    if dialect.turn_order == TurnOrder::Alternating {
        assert!(turns.windows(2).all(|pair| pair[0] != pair[1]), "{}", shown());
        assert!(roles.windows(2).all(|pair| pair[0] != pair[1]), "{}", shown());
    }
    if let TurnRule::User { .. } = dialect.first_turn {
        assert_eq!(turns.first(), Some(&User), "{}", shown());
    }
    if let TurnRule::User { .. } = dialect.last_turn {
        assert_eq!(turns.last(), Some(&User), "{}", shown());
    }
    let texts = || chat.messages.iter().map(|message| &message.parts).chain([&chat.system]).flatten();
    for part in texts() {
        assert!(dialect.empty_content == EmptyContent::Keep || !is_blank(&part.text), "{}", shown());
    }
    for message in &chat.messages {
        assert!(!message.parts.is_empty(), "{}", shown());
    }
    assert!(chat.system.iter().all(|part| !is_blank(&part.text)), "{}", shown());

    // A message for all that leads the chat, or for each part of it, and nothing else beside the messages.
    let all = chat.to_messages();
    let leading =
        if dialect.system == SystemPlacement::Messages { chat.system.len() } else { chat.system.len().min(1) };
    assert_eq!(all.len(), leading + chat.messages.len());
    assert!(all[..leading].iter().all(|message| message.role == System));
    for (message, plain) in chat.messages.iter().zip(&all[leading..]) {
        assert_eq!((message.role, &*message.text()), (plain.role, plain.content.as_str()));
    }

    let zones: Vec<usize> = chat
        .system
        .iter()
        .chain(chat.messages.iter().flat_map(|message| &message.parts))
        .map(|part| place(part.zone, dialect))
        .collect();
    assert!(zones.is_sorted(), "{}", shown());
}

/// Looks for every text that went in: it is there, in order, said by who may say it; and nothing else is there.
pub(super) fn assert_whole(chat: &Chat, prompt: &Prompt, history: &[Message], message: &str, dialect: &Dialect) {
    let expected = expected(prompt, history, message, dialect);
    let messages = chat.messages.iter().flat_map(|message| message.parts.iter().map(|part| (message.role, part)));
    let found = chat.system.iter().map(|part| (System, part)).chain(messages).filter(|(_, part)| !is_blank(&part.text));
    let placeholders: Vec<&str> = [&dialect.first_turn, &dialect.last_turn]
        .into_iter()
        .filter_map(|rule| match rule {
            TurnRule::User { otherwise } => Some(otherwise.as_str()),
            _ => None,
        })
        .chain(["(The conversation begins.)", "(Continue.)"])
        .collect();
    let mut put_in = 0;
    let mut expected = expected.into_iter().peekable();
    let joins_system = dialect.system == SystemPlacement::FirstUserTurn;
    for (role, part) in found {
        let shown = || format!("{part:?} as {role}\n{chat:#?}\n{dialect:#?}\n{prompt:#?}\n{history:#?}\n{message:?}");
        let Some(next) = expected.peek() else {
            assert!(role == User && placeholders.contains(&part.text.as_str()), "{}", shown());
            put_in += 1;
            continue;
        };
        if next.zone == part.zone && next.role == role && next.text == part.text {
            expected.next();
            continue;
        }
        // System text in a user turn stands between the delimiters; what leads the chat, all of a zone together.
        if next.zone == part.zone && next.role == System && role == User {
            let mut text = next.text.clone();
            let mut used = 1;
            if joins_system {
                let mut rest = expected.clone();
                rest.next();
                let wrapped = |text: &str| [&dialect.delimiters.open, text, &dialect.delimiters.close].concat();
                while wrapped(&text) != part.text {
                    let Some(more) = rest.next().filter(|more| more.zone == part.zone && more.role == System) else {
                        break;
                    };
                    text = [&text, "\n\n", &more.text].concat();
                    used += 1;
                }
            }
            if part.text == [&dialect.delimiters.open, &*text, &dialect.delimiters.close].concat() {
                expected.by_ref().take(used).for_each(drop);
                continue;
            }
        }
        assert!(role == User && placeholders.contains(&part.text.as_str()), "{}", shown());
        put_in += 1;
    }
    let lost: Vec<Expected> = expected.collect();
    assert!(lost.is_empty(), "lost {lost:?}\n{chat:#?}\n{dialect:#?}");
    // One before the examples, one behind them, and one at the end, at most.
    assert!(put_in <= 3, "{put_in} turns put in: {chat:#?}");
}

/// A text that went in.
#[derive(Debug, Clone)]
struct Expected {
    role: MessageRole,
    zone: Zone,
    text: String,
}

fn expected(prompt: &Prompt, history: &[Message], message: &str, dialect: &Dialect) -> Vec<Expected> {
    let mut texts = Vec::new();
    let mut expect = |role: MessageRole, zone: Zone, text: &str| {
        if !is_blank(text) {
            texts.push(Expected { role, zone, text: text.to_owned() });
        }
    };
    for section in &prompt.system {
        expect(System, Zone::System, &section.text);
    }
    for example in &prompt.examples {
        expect(example.role, Zone::Examples, &example.content);
    }
    let greeting = prompt.greeting.as_deref().unwrap_or_default();
    let first = history.iter().find(|message| message.role != System && !is_blank(&message.content));
    let greets = match (dialect.greeting, first) {
        (GreetingRule::Never, _) | (GreetingRule::WhenHistoryIsEmpty, Some(_)) => false,
        (GreetingRule::Always, Some(first)) => !(first.role == Assistant && first.content.trim() == greeting.trim()),
        _ => true,
    };
    if greets {
        expect(Assistant, Zone::Greeting, greeting);
    }
    for message in history {
        expect(message.role, Zone::History, &message.content);
    }
    let sections = prompt.context.iter().map(|section| section.text.as_str()).filter(|text| !is_blank(text));
    let context = sections.collect::<Vec<_>>().join("\n\n");
    if dialect.context == ContextPlacement::BeforeMessage {
        expect(System, Zone::Context, &context);
        expect(User, Zone::Message, message);
    } else {
        expect(User, Zone::Message, message);
        expect(System, Zone::Context, &context);
    }
    expect(System, Zone::Reminder, prompt.reminder.as_deref().unwrap_or_default());
    texts
}

/// Where a zone stands.
fn place(zone: Zone, dialect: &Dialect) -> usize {
    let (context, message) = if dialect.context == ContextPlacement::BeforeMessage { (4, 5) } else { (5, 4) };
    match zone {
        Zone::System => 0,
        Zone::Examples => 1,
        Zone::Greeting => 2,
        Zone::History => 3,
        Zone::Context => context,
        Zone::Message => message,
        Zone::Reminder => 6,
        other => panic!("{other:?}"),
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}
