//! The estimator of tokens beside exact counts, in ten languages.

#![expect(clippy::cast_precision_loss, reason = "the counts are small")]

use personas::{Tiktoken, TokenCounter, TokenEstimator};

use crate::support::files;

struct Language {
    name: String,
    estimate: usize,
    o200k: usize,
    cl100k: usize,
}

fn languages() -> Vec<Language> {
    let (estimator, o200k, cl100k) = (TokenEstimator::default(), Tiktoken::o200k(), Tiktoken::cl100k());
    let language = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).expect("a text");
        let name = path.file_stem().expect("a name").to_string_lossy();
        Language {
            name: name[..1].to_uppercase() + &name[1..],
            estimate: estimator.count(&text),
            o200k: o200k.count(&text),
            cl100k: cl100k.count(&text),
        }
    };
    files("tests/fixtures/tokens", &["txt"]).iter().map(language).collect()
}

/// By how many per cent the estimate is too high.
fn error(estimate: usize, exact: usize) -> f64 {
    (estimate as f64 / exact as f64 - 1.0) * 100.0
}

#[test]
fn the_estimate_is_near_and_its_table_is_fresh() {
    let languages = languages();
    assert_eq!(languages.len(), 10);
    let errors: Vec<f64> = languages.iter().map(|language| error(language.estimate, language.o200k).abs()).collect();
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    let worst = errors.iter().copied().fold(0.0, f64::max);
    let mut table = String::new();
    for Language { name, estimate, o200k, cl100k } in &languages {
        let (near, far) = (error(*estimate, *o200k), error(*estimate, *cl100k));
        table += &format!("/// | {name} | {estimate} | {o200k} | {near:+.1} % | {cl100k} | {far:+.1} % |\n");
    }
    table += &format!("///\n/// The mean error is {mean:.1} %, the worst {worst:.1} %.\n");
    assert!(mean <= 7.0 && worst <= 18.0, "mean {mean:.1} %, worst {worst:.1} %\n{table}");
    let documented = std::fs::read_to_string("src/tokens/estimator.rs").expect("the estimator");
    assert!(documented.contains(&table), "the table in src/tokens/estimator.rs should read\n{table}");
}

#[test]
fn our_english_and_spanish_personas_are_estimated_within_a_tenth() {
    for path in files("personas", &["yaml"]) {
        let text = std::fs::read_to_string(&path).expect("a persona");
        let off = error(TokenEstimator::default().count(&text), Tiktoken::o200k().count(&text));
        assert!(off.abs() <= 10.0, "{}: {off:+.1} %", path.display());
    }
}

/// What another implementation of the same vocabularies counts, the crate `tiktoken-rs`.
#[test]
fn exact_counts_are_those_of_others() {
    let counters = [Tiktoken::o200k(), Tiktoken::cl100k()];
    assert_eq!(counters.map(|counter| counter.name().to_owned()), ["o200k_base", "cl100k_base"]);
    for (text, counts) in [
        ("", [0, 0]),
        ("hello world", [2, 2]),
        ("<|endoftext|>", [7, 7]),
        ("<|im_start|>system", [7, 7]),
        ("You are Ada Lovelace.", [7, 7]),
        ("¡Pásale, {{user}}!", [9, 9]),
        ("中文字符\n\n\n  ok", [5, 6]),
    ] {
        assert_eq!(counters.map(|counter| counter.count(text)), counts, "{text}");
    }
}

/// Some byte-pair encoders take hours for a word of a million letters, or overflow the stack.
#[test]
fn no_text_is_too_much() {
    for piece in ["a", " ", "\n", "!", "中", "7", "\u{301}", "<|endoftext|>", "ab ", "\0"] {
        let text = piece.repeat(40_000 / piece.len());
        for counter in [&Tiktoken::o200k() as &dyn TokenCounter, &Tiktoken::cl100k(), &TokenEstimator::default()] {
            let count = counter.count(&text);
            assert!(0 < count && count <= text.len(), "{} of {piece:?}: {count}", counter.name());
        }
    }
}
