//! What goes into a prompt: choice, budget, report, and where each byte came from.

use std::collections::BTreeSet;

use personas::{
    ErrorKind, ExamplePlacement, Message, MessageRole, Outcome, Persona, Pointer, PreparedPrompt, Priority, Prompt,
    PromptOptions, PromptTemplate, Query, Selection, TokenCounter, Variables, Zone,
};
use proptest::prelude::*;

use crate::support::{assert_beside, files};

fn read(path: &str) -> Persona {
    Persona::read(path).unwrap_or_else(|error| panic!("{error}"))
}

fn trotsky() -> Persona {
    read("personas/leon-trotsky.yaml")
}

fn prepare(persona: &Persona, options: &PromptOptions) -> PreparedPrompt {
    let prepared = PromptTemplate::default().prepare_with(persona, &Variables::new(), options);
    prepared.unwrap_or_else(|error| panic!("{error}"))
}

/// A token for each word, so that a person can follow the figures.
#[derive(Debug, Clone)]
struct Words;

impl TokenCounter for Words {
    fn count(&self, text: &str) -> usize {
        text.split_whitespace().count()
    }

    fn name(&self) -> &'static str {
        "words"
    }
}

/// Everything that a prompt says, in the order of its zones.
fn texts(prompt: &Prompt) -> Vec<String> {
    let mut texts: Vec<String> = prompt.system.iter().map(|section| section.text.clone()).collect();
    texts.extend(prompt.examples.iter().map(|message| message.content.clone()));
    texts.extend(prompt.greeting.clone());
    texts.extend(prompt.context.iter().map(|section| section.text.clone()));
    texts.extend(prompt.reminder.clone());
    texts
}

#[test]
fn what_is_prepared_can_be_shared() {
    fn is_shared<T: Send + Sync + Clone + 'static>() {}
    is_shared::<PreparedPrompt>();
    is_shared::<Prompt>();
    is_shared::<PromptTemplate>();
    is_shared::<PromptOptions>();
}

#[test]
fn a_turn_has_what_bears_on_the_message() {
    let prepared = prepare(&trotsky(), &PromptOptions::new().faq(Selection::relevant(2)));
    let whole = trotsky().prompt().expect("a prompt");
    let (before, turn) = (prepared.prompt(), prepared.turn("What is permanent revolution?").expect("a prompt"));
    // The stable zone is all but the knowledge, byte for byte.
    let stable: Vec<_> = whole.system.iter().filter(|section| section.name != "knowledge").cloned().collect();
    assert_eq!(before.system, stable);
    assert_eq!(turn.system, stable);
    assert_eq!(before.context, []);
    assert_eq!(turn.context.len(), 1);
    let knowledge = &turn.context[0].text;
    assert!(knowledge.starts_with("# What you know") && knowledge.matches("\n## ").count() == 2, "{knowledge}");
    assert!(turn.chosen().len() == 2 && before.chosen().is_empty());
    // Nothing at all in common.
    let nothing = prepared.turn("xyzzy").expect("a prompt");
    assert_eq!((nothing.context, nothing.system), (Vec::new(), stable));
}

#[test]
fn what_is_pinned_stays() {
    let prepared = prepare(&trotsky(), &PromptOptions::new().faq(Selection::relevant(1)));
    let first = prepared.turn("What is permanent revolution?").expect("a prompt");
    let second = prepared.turn(Query::new("Who killed you?").pin(first.chosen())).expect("a prompt");
    assert_eq!(second.chosen().len(), 2);
    assert!(second.chosen().contains(&first.chosen()[0]));
    let nonsense = ["/faq/99", "/faq/1/answer", "/tags/0", "/faq/-1", ""].map(pointer);
    let third = prepared.turn(Query::new("xyzzy").pin(nonsense)).expect("a prompt");
    assert_eq!(third.chosen(), []);
}

fn pointer(text: &str) -> Pointer {
    text.split('/').skip(1).fold(Pointer::root(), Pointer::key)
}

#[test]
fn examples_stand_where_they_are_wanted() {
    let persona = trotsky();
    let turns: usize = persona.example_dialogues.iter().map(Vec::len).sum();
    let prompt = prepare(&persona, &PromptOptions::new().examples_as(ExamplePlacement::Turns)).prompt();
    assert_eq!(prompt.section("examples"), None);
    assert_eq!(prompt.examples.len(), turns);
    assert_eq!(prompt.examples[0].role, MessageRole::User);
    assert!(prompt.examples.iter().all(|message| !message.content.contains("{{")));
    let none = prepare(&persona, &PromptOptions::new().examples(Selection::None).faq(Selection::None)).prompt();
    assert_eq!((none.section("examples"), none.section("knowledge")), (None, None));
    let one = PromptOptions::new().examples(Selection::relevant(1)).examples_as(ExamplePlacement::Turns);
    let words: Vec<String> = persona.example_dialogues[1].iter().map(|turn| turn.content.clone()).collect();
    let turn = prepare(&persona, &one).turn(words[0].as_str()).expect("a prompt");
    assert_eq!(turn.examples.iter().map(|message| message.content.clone()).collect::<Vec<_>>(), words);
}

/// A template without blocks says all in one: what depends on the message moves to the turn, and nothing is lost.
#[test]
fn a_template_of_its_own_has_its_questions_too() {
    let options = PromptOptions::new().faq(Selection::relevant(1));
    for (source, stable) in [
        ("I am {{ char }}.{% for entry in persona.faq %} {{ entry.question }}{% endfor %}", ""),
        (
            "I am {{ char }}.{% block facts %}{% for entry in persona.faq %} {{ entry.question }}{% endfor %}{% endblock %}",
            "I am Leon Trotsky.",
        ),
    ] {
        let template = PromptTemplate::new(source).expect("a template");
        let prepared = template.prepare_with(&trotsky(), &Variables::new(), &options).expect("a prompt");
        let (before, turn) = (prepared.prompt(), prepared.turn("What is permanent revolution?").expect("a prompt"));
        assert_eq!(turn.to_string(), stable);
        assert!(texts(&before).concat().contains("I am Leon Trotsky."));
        assert!(texts(&turn).concat().contains("I am Leon Trotsky."));
        assert!(texts(&turn).concat().contains("ermanent"), "{turn:?}");
    }
}

#[test]
fn what_is_low_goes_first_and_what_is_required_never() {
    let persona = trotsky();
    let whole = persona.prompt().expect("a prompt").report().tokens;
    let mut last = whole + 1;
    let mut names = BTreeSet::new();
    for most in (0..whole).rev().step_by(50) {
        let options = PromptOptions::new().max_tokens(most);
        let prompt = match PromptTemplate::default().prepare_with(&persona, &Variables::new(), &options) {
            Ok(prepared) => prepared.prompt(),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Budget);
                let needed =
                    error.to_string().split(' ').find_map(|word| word.parse::<usize>().ok()).expect("a number");
                assert!(needed > most && needed < whole / 3, "{error}");
                // What it says is needed is enough.
                prepare(&persona, &PromptOptions::new().max_tokens(needed));
                break;
            }
        };
        let tokens = prompt.report().tokens;
        assert!(tokens <= most);
        for name in ["opening", "identity", "boundaries"] {
            assert!(prompt.section(name).is_some(), "{name} at {most}");
        }
        names = prompt.system.iter().map(|section| section.name.clone()).collect();
        last = last.min(tokens);
    }
    assert!(!names.contains("topics") && last < whole / 3, "{names:?} {last}");
}

#[test]
fn a_large_item_makes_way_for_smaller_ones() {
    let mut persona = Persona::new("Ada", "A guide.");
    persona.faq.push(personas::Faq::new("Small?", "One two three."));
    persona.faq.push(personas::Faq::new("Large?", "word ".repeat(500)));
    persona.faq.push(personas::Faq::new("Small too?", "Four five six."));
    let options = PromptOptions::new().max_tokens(400).counter(Words).priority("closing", Priority::Low);
    let prompt = prepare(&persona, &options).prompt();
    let knowledge = prompt.section("knowledge").expect("a section");
    assert!(knowledge.contains("## Small?") && knowledge.contains("## Small too?") && !knowledge.contains("Large"));
    let report = prompt.report();
    let large = report.parts.iter().find(|part| part.title.as_deref() == Some("Large?")).expect("a part");
    assert!(matches!(large.outcome, Outcome::NoRoom { .. }) && large.tokens >= 500, "{large:?}");
    // The same for a turn.
    let options = options.faq(Selection::relevant(3));
    let turn = prepare(&persona, &options).turn("Small or large?").expect("a prompt");
    assert_eq!(turn.chosen(), ["/faq/0", "/faq/2"].map(pointer));
    assert!(turn.report().tokens <= 400);
}

#[test]
fn a_section_has_a_limit_of_its_own() {
    let persona = trotsky();
    let options = PromptOptions::new().section_tokens("knowledge", 900).section_tokens("style", 3);
    let report = prepare(&persona, &options).prompt().report();
    let section = |name| report.parts.iter().find(|part| part.section == name && part.item.is_none()).expect("a part");
    assert!(section("knowledge").tokens <= 900 && section("knowledge").outcome == Outcome::Taken);
    assert!(matches!(section("style").outcome, Outcome::NoRoom { left: 3, .. }));
    let error = PromptTemplate::default()
        .prepare_with(&persona, &Variables::new(), &PromptOptions::new().section_tokens("identity", 3))
        .expect_err("too small");
    assert_eq!(error.kind(), ErrorKind::Budget);
    assert!(error.to_string().contains("`identity`"), "{error}");
}

#[test]
fn a_report_is_as_shown() {
    let options = PromptOptions::new().faq(Selection::relevant(2)).examples(Selection::None).max_tokens(1_400);
    let history = [Message::new(MessageRole::User, "Tell me of your exile.")];
    let query = Query::new("Who was Ramón Mercader?").history(&history);
    let prompt = prepare(&trotsky(), &options.counter(Words)).turn(query).expect("a prompt");
    assert_beside(std::path::Path::new("tests/fixtures/prompt/report"), &prompt.report().to_string());
}

#[test]
fn a_difference_names_the_sections() {
    let prepared = prepare(&trotsky(), &PromptOptions::new().faq(Selection::relevant(1)));
    let first = prepared.turn("What is permanent revolution?").expect("a prompt");
    let second = prepared.turn("Who killed you?").expect("a prompt");
    assert_eq!(second.diff(&first).to_string(), "~ context / knowledge\n");
    assert_eq!(prepared.prompt().diff(&first).to_string(), "- context / knowledge\n");
    let whole = trotsky().prompt().expect("a prompt");
    assert_eq!(whole.diff(&first).to_string(), "+ system / knowledge\n- context / knowledge\n");
}

/// Each byte of each prompt is in a piece, and what is said of it is true: the words of the piece are those of the field.
#[test]
fn each_byte_is_explained() {
    for path in files("personas", &["yaml"]) {
        let persona = Persona::read(&path).unwrap_or_else(|error| panic!("{error}"));
        let json = serde_json::to_value(&persona).expect("JSON");
        let options = PromptOptions::new().faq(Selection::relevant(3)).examples_as(ExamplePlacement::Turns);
        let message = persona.faq[1].question.clone();
        let prompts = [
            persona.prompt().expect("a prompt"),
            prepare(&persona, &options).turn(message.as_str()).expect("a prompt"),
        ];
        for prompt in prompts {
            let mut explained = 0;
            let mut seen = BTreeSet::new();
            for &zone in Zone::ALL {
                let text = zone_text(&prompt, zone);
                let mut at = 0;
                for piece in prompt.explain().pieces.into_iter().filter(|piece| piece.zone == zone) {
                    assert!(piece.range.start == at || piece.range.start == at + 2, "{piece:?} after {at}");
                    at = piece.range.end;
                    let Some(pointer) = piece.pointer else {
                        continue;
                    };
                    let field = json.pointer(pointer.as_str()).unwrap_or_else(|| panic!("{pointer}"));
                    let words = |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
                    let (said, meant) = (words(&text[piece.range.clone()]), words(field.as_str().expect("a text")));
                    let meant: Vec<String> = meant
                        .iter()
                        .map(|word| word.replace("{{char}}", &persona.name).replace("{{user}}", "the user"))
                        .collect();
                    // Names and hyphens are put in other words.
                    let same = said.join(" ").replace('-', " ") == meant.join(" ").replace('-', " ");
                    assert!(same, "{pointer}: {said:?} for {meant:?}");
                    explained += piece.range.len();
                    seen.insert(pointer.as_str().split('/').nth(1).expect("a key").to_owned());
                }
                assert_eq!(at, text.len());
            }
            let total: usize = Zone::ALL.iter().copied().map(|zone| zone_text(&prompt, zone).len()).sum();
            assert!(explained * 10 > total * 7, "{explained} of {total} bytes are from the persona");
            assert!(
                seen.contains("faq") && seen.contains("description") && seen.contains("example_dialogues"),
                "{seen:?}"
            );
        }
    }
}

fn zone_text(prompt: &Prompt, zone: Zone) -> String {
    let join = |texts: Vec<&str>| texts.join("\n\n");
    match zone {
        Zone::System => prompt.to_string(),
        Zone::Examples => join(prompt.examples.iter().map(|message| message.content.as_str()).collect()),
        Zone::Context => join(prompt.context.iter().map(|section| section.text.as_str()).collect()),
        Zone::Greeting => prompt.greeting.clone().unwrap_or_default(),
        Zone::Reminder => prompt.reminder.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// A template that measures texts sees other lengths where they are marked: then nothing is claimed of the section.
#[test]
fn an_explanation_claims_nothing_that_it_cannot_know() {
    let template = PromptTemplate::new(
        "{% block a %}{{ persona.description | length }} {{ persona.description }}{% endblock %}{% block b %}{{ persona.tagline }}{% endblock %}",
    );
    let mut ada = Persona::new("Ada", "A guide.");
    ada.tagline = Some("She wrote programs.".into());
    let prompt = template.and_then(|template| template.render(&ada, &Variables::new())).expect("a prompt");
    let pointers: Vec<Option<String>> =
        prompt.explain().pieces.into_iter().map(|piece| piece.pointer.map(|pointer| pointer.to_string())).collect();
    assert_eq!(pointers, [None, Some("/tagline".to_owned())]);
    // A text that is only shown in part is known by its lines; one that is cut within a line is not.
    ada.description = "One.\nTwo.\n\nThree.".into();
    for (shown, from) in [
        ("persona.description | lines | first", vec![Some("/description")]),
        ("persona.description | lines | last", vec![Some("/description")]),
        ("persona.description[:3]", vec![None]),
    ] {
        let template = PromptTemplate::new(format!("{{{{ {shown} }}}}"));
        let prompt = template.and_then(|template| template.render(&ada, &Variables::new())).expect("a prompt");
        let pointers: Vec<Option<String>> =
            prompt.explain().pieces.into_iter().map(|piece| piece.pointer.map(|pointer| pointer.to_string())).collect();
        assert_eq!(pointers, from.into_iter().map(|from| from.map(str::to_owned)).collect::<Vec<_>>(), "{shown}");
    }
}

/// Ten times anew, by as many threads, and by all of them from what one has prepared: the same bytes.
#[test]
fn a_prompt_is_the_same_wherever_it_is_made() {
    let personas: Vec<Persona> =
        files("personas", &["yaml"]).iter().map(|path| read(&path.display().to_string())).collect();
    for style in PromptTemplate::BUILT_IN {
        let template = PromptTemplate::built_in(style).expect("a template");
        let options =
            PromptOptions::new().faq(Selection::relevant(3)).examples(Selection::relevant(2)).max_tokens(5_000);
        for persona in &personas {
            let prepare = || {
                template.prepare_with(persona, &Variables::new(), &options).unwrap_or_else(|error| panic!("{error}"))
            };
            let prepared = prepare();
            let message = persona.faq[2].question.as_str();
            let show = |prepared: &PreparedPrompt| {
                let prompt = prepared.turn(message).expect("a prompt");
                format!("{}\n{}", serde_json::to_string(&prompt).expect("JSON"), prompt.report())
            };
            let expected = show(&prepared);
            std::thread::scope(|scope| {
                let threads: Vec<_> = (0..10).map(|_| scope.spawn(|| (show(&prepared), show(&prepare())))).collect();
                for thread in threads {
                    let (shared, anew) = thread.join().expect("a thread");
                    assert!(shared == expected && anew == expected, "{} in {style}", persona.name);
                }
            });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    /// Whatever the options, a prompt keeps to them, says the same twice, and cuts no text.
    #[test]
    fn a_prompt_keeps_to_its_options(
        most in 0_usize..4_000,
        knowledge in prop::option::of(0_usize..1_500),
        faq in 0_usize..5,
        examples in 0_usize..4,
        as_turns: bool,
        message in "(Stalin|Lenin|army|exile|why|[a-z ]{0,12}){0,4}",
        file in 0_usize..7,
    ) {
        let persona = read(&files("personas", &["yaml"])[file].display().to_string());
        let selection = |number| match number {
            0 => Selection::All,
            1 => Selection::None,
            more => Selection::relevant(more - 1),
        };
        let mut options = PromptOptions::new().max_tokens(most).faq(selection(faq)).examples(selection(examples));
        if as_turns {
            options = options.examples_as(ExamplePlacement::Turns);
        }
        if let Some(knowledge) = knowledge {
            options = options.section_tokens("knowledge", knowledge);
        }
        let prepared = match PromptTemplate::default().prepare_with(&persona, &Variables::new(), &options) {
            Ok(prepared) => prepared,
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::Budget);
                return Ok(());
            }
        };
        let (idle, turn) = (prepared.prompt(), prepared.turn(message.as_str()).expect("a prompt"));
        prop_assert_eq!(&turn, &prepared.turn(message.as_str()).expect("a prompt"));
        prop_assert_eq!(&idle.system, &turn.system);
        let whole = texts(&persona.prompt().expect("a prompt")).join("\n\n");
        for prompt in [&idle, &turn] {
            let report = prompt.report();
            prop_assert!(report.tokens <= most, "{}", report);
            for part in &report.parts {
                if part.section == "knowledge" && part.item.is_none() && part.outcome == Outcome::Taken {
                    prop_assert!(part.tokens <= knowledge.unwrap_or(usize::MAX));
                }
            }
            let items = report.parts.iter().filter(|part| part.item.is_some()).count();
            prop_assert_eq!(items, persona.faq.len() + persona.example_dialogues.len());
            for text in texts(prompt) {
                for paragraph in text.split("\n\n") {
                    prop_assert!(whole.contains(paragraph.trim()), "{}", paragraph);
                }
            }
        }
    }
}
