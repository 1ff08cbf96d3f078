//! Two things are compared in each group, in one run: `cargo bench --all-features`. Quote the ratio and the median.
//!
//! - `read`: parse, validate and typed value, beside `serde_yaml`'s typed value alone of the same file.
//! - `prompt`: a prompt from a prepared persona, beside bare minijinja with a value that is built beforehand.
//! - `tokens`: the estimate of a text's tokens, beside the exact count; and a text without control tokens, neutralized.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use personas::{Document, Neutralize, Persona, PromptTemplate, Source, TokenCounter as _, TokenEstimator, Variables};

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
    let prepared = PromptTemplate::default().prepare(&persona, &Variables::new()).expect("a prompt");
    let mut environment = minijinja::Environment::new();
    let syntax = minijinja::syntax::SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("a syntax"));
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.add_template("default", include_str!("../src/prompt/templates/default.jinja")).expect("a template");
    let template = environment.get_template("default").expect("a template");
    // With every key there, as the strict template wants it.
    let mut value = serde_json::to_value(&persona).expect("JSON");
    value["system_prompt"] = serde_json::Value::Null;
    value["nickname"] = value.get("nickname").cloned().unwrap_or_default();
    let value = minijinja::context! { persona => minijinja::Value::from(minijinja::value::Serde(&value)), char => persona.name, user => "User" };

    let mut group = criterion.benchmark_group("prompt");
    group.bench_function("personas, prepared", |bencher| bencher.iter(|| prepared.render().expect("a prompt")));
    group.bench_function("minijinja, value built beforehand", |bencher| {
        bencher.iter(|| template.render(black_box(value.clone())).expect("a prompt"));
    });
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

criterion_group!(benches, read, prompt, tokens);
criterion_main!(benches);
