//! Two things are compared in each group, in one run: `cargo bench --all-features`. Quote the ratio and the median.
//!
//! - `read`: parse, validate and typed value, beside `serde_yaml`'s typed value alone of the same file.
//! - `prompt`: a whole prompt from a persona beside bare minijinja, and a turn beside the whole.
//! - `questions`: the cost of a prompt as the number of questions grows.
//! - `tokens`: the estimate of a text's tokens, beside the exact count; and a text without control tokens, neutralized.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use personas::{
    Document, ExamplePlacement, Faq, Neutralize, Persona, PromptOptions, PromptTemplate, Selection, Source,
    TokenCounter as _, TokenEstimator, Variables,
};

const FILE: &str = "personas/leon-trotsky.yaml";

fn read(criterion: &mut Criterion) {
    let text = std::fs::read_to_string(FILE).expect("the flagship");
    let mut group = criterion.benchmark_group("read");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("personas, parsed, validated and typed", |bencher| {
        bencher.iter(|| Persona::from_yaml(black_box(&text)).expect("valid"));
    });
    group.bench_function("personas, the rules about meaning too", |bencher| {
        bencher.iter(|| Document::parse(Source::new(FILE, black_box(text.as_str()))).into_persona().expect("valid"));
    });
    group.bench_function("serde_yaml, typed", |bencher| {
        bencher.iter(|| serde_yaml::from_str::<Persona>(black_box(&text)).expect("valid"));
    });
    group.finish();
}

fn prompt(criterion: &mut Criterion) {
    let persona = Persona::read(FILE).expect("the flagship");
    let (template, variables) = (PromptTemplate::default(), Variables::new());
    let options = PromptOptions::new().faq(Selection::relevant(3)).examples_as(ExamplePlacement::Turns);
    let prepared = template.prepare_with(&persona, &variables, &options).expect("a prompt");
    let mut environment = minijinja::Environment::new();
    let syntax = minijinja::syntax::SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("a syntax"));
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment
        .add_template("default", include_str!("../src/prompt/template/built_in/default.jinja"))
        .expect("a template");
    let bare = environment.get_template("default").expect("a template");
    let value = |persona: &Persona| {
        let name = persona.name.clone();
        let persona = minijinja::Value::from(minijinja::value::Serde(persona));
        minijinja::context! { persona, char => name, user => "the user" }
    };

    let mut group = criterion.benchmark_group("prompt");
    group.bench_function("personas, from the persona", |bencher| {
        bencher.iter(|| template.render(black_box(&persona), &variables).expect("a prompt"));
    });
    group.bench_function("minijinja, from the persona", |bencher| {
        bencher.iter(|| bare.render(value(black_box(&persona))).expect("a prompt"));
    });
    let built = value(&persona);
    group.bench_function("minijinja, value built beforehand", |bencher| {
        bencher.iter(|| bare.render(black_box(built.clone())).expect("a prompt"));
    });
    group.bench_function("personas, a turn with 3 of the questions", |bencher| {
        bencher.iter(|| prepared.turn(black_box("Why did you fall out with Stalin?")).expect("a prompt"));
    });
    group.finish();
}

/// A persona with many questions: what it costs should grow as their number does.
fn questions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("questions");
    for count in [10, 100, 1_000, 10_000] {
        let mut persona = Persona::new("Ada", "A guide.");
        for number in 0..count {
            let (topic, other) = (number % 97, number % 89);
            let question = format!("What is known of number {number} of topic {topic}?");
            persona.faq.push(Faq::new(question, format!("It was made in year {other}, and has not changed since.\n")));
        }
        let (template, variables) = (PromptTemplate::default(), Variables::new());
        let relevant = PromptOptions::new().faq(Selection::relevant(3));
        let bounded = PromptOptions::new().max_tokens(count * 20 + 500);
        let prepared = template.prepare_with(&persona, &variables, &relevant).expect("a prompt");
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::new("all", count), |bencher| {
            bencher.iter(|| template.render(black_box(&persona), &variables).expect("a prompt"));
        });
        group.bench_function(BenchmarkId::new("within a budget", count), |bencher| {
            bencher.iter(|| template.prepare_with(black_box(&persona), &variables, &bounded).expect("a prompt"));
        });
        group.bench_function(BenchmarkId::new("prepared to choose from", count), |bencher| {
            bencher.iter(|| template.prepare_with(black_box(&persona), &variables, &relevant).expect("a prompt"));
        });
        group.bench_function(BenchmarkId::new("a turn", count), |bencher| {
            bencher.iter(|| prepared.turn(black_box("What of number 7 of topic 7?")).expect("a prompt"));
        });
    }
    group.finish();
}

fn tokens(criterion: &mut Criterion) {
    let text = std::fs::read_to_string(FILE).expect("the flagship");
    let mut group = criterion.benchmark_group("tokens");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("estimated", |bencher| bencher.iter(|| TokenEstimator::default().count(black_box(&text))));
    #[cfg(feature = "tiktoken")]
    group.bench_function("exact", |bencher| {
        let tokens = personas::Tiktoken::o200k();
        bencher.iter(|| tokens.count(black_box(&text)));
    });
    group.bench_function("neutralized", |bencher| bencher.iter(|| Neutralize.text(black_box(&text))));
    group.finish();
}

criterion_group!(benches, read, prompt, questions, tokens);
criterion_main!(benches);
