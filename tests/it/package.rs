//! What the package promises of itself: the order of its modules, who names which crate, and how much it brings along.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{files, name};

/// The modules of `lib.rs` in order, with the files of each.
fn modules() -> Vec<(String, Vec<(String, String)>)> {
    let library = std::fs::read_to_string("src/lib.rs").expect("the crate's root");
    let private = library.lines().map(|line| line.strip_prefix("pub ").unwrap_or(line));
    let declared = private.filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    declared
        .map(|module| {
            let file = format!("src/{module}.rs");
            let paths =
                if Path::new(&file).exists() { vec![file.into()] } else { files(&format!("src/{module}"), &["rs"]) };
            let texts = paths.iter().map(|path| (name(path), std::fs::read_to_string(path).expect("a module")));
            (module.to_owned(), texts.collect())
        })
        .collect()
}

/// Code without comments, which may name anything.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_module_uses_only_those_above_it() {
    let modules = modules();
    assert!(modules.len() >= 10);
    for (index, (module, texts)) in modules.iter().enumerate() {
        for (path, text) in texts {
            for (below, _) in &modules[index + 1..] {
                assert!(!code(text).contains(&format!("crate::{below}")), "{path} of {module} uses {below}");
            }
        }
    }
}

#[test]
fn a_dependency_is_named_in_one_file() {
    for (dependency, home) in [
        ("annotate_snippets", "src/diagnostic/render.rs"),
        ("granit_parser", "src/yaml/events.rs"),
        ("jsonschema::json", "src/yaml/json.rs"),
        ("Validator", "src/schema/validate.rs"),
        ("ValidationError", "src/schema/fault.rs"),
        ("indexmap", "src/value/mod.rs"),
        ("memchr", "src/source.rs"),
        ("minijinja", "src/prompt/template/engine.rs"),
        ("thiserror", "src/error.rs"),
        ("tiktoken::", "src/tokens/exact.rs"),
    ] {
        let all = modules();
        let named: BTreeSet<&str> = all
            .iter()
            .flat_map(|(_, texts)| texts)
            .filter(|(_, text)| code(text).contains(dependency))
            .map(|(path, _)| path.as_str())
            .collect();
        assert_eq!(named, BTreeSet::from([home]), "{dependency}");
    }
}

/// The library has no network, and the command has it in one file.
#[test]
fn what_talks_with_the_outside_is_named_in_one_file() {
    for (dependency, home) in [
        ("ureq::", "src/bin/persona/talk/client.rs"),
        ("ctrlc::", "src/bin/persona/talk/answer.rs"),
        ("rustyline::", "src/bin/persona/talk/input.rs"),
        ("std::net", "src/bin/persona/talk/client.rs"),
    ] {
        let all = files("src", &["rs"]).into_iter();
        let named = all.filter(|path| code(&std::fs::read_to_string(path).expect("a module")).contains(dependency));
        assert_eq!(named.map(|path| name(&path)).collect::<Vec<_>>(), [home], "{dependency}");
    }
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).output().expect("cargo runs");
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn crates(features: &[&str]) -> BTreeSet<String> {
    // Every crate that is compiled for the program, build scripts and macros included, but ourselves.
    let mut arguments =
        vec!["tree", "--offline", "--locked", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"];
    arguments.extend(features);
    let tree = cargo(&arguments);
    let mut crates: BTreeSet<String> = tree
        .lines()
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect();
    crates.retain(|name| !name.starts_with("personas "));
    crates
}

#[test]
fn the_dependency_tree_stays_small() {
    let bare = crates(&["--no-default-features"]);
    assert!(bare.len() <= 25, "{} crates: {bare:#?}", bare.len());
    let default = crates(&[]);
    assert!(default.len() <= 80, "{} crates: {default:#?}", default.len());
    println!("{} crates without features, {} by default", bare.len(), default.len());
}

/// What one toolchain can show of the promised Rust version: that no dependency asks for a later one. That our own
/// code uses nothing later is clippy's `incompatible_msrv`.
#[test]
fn no_dependency_asks_for_a_later_rust() {
    let parse =
        |version: &str| -> Vec<u32> { version.split('.').take(2).map(|part| part.parse().unwrap_or(0)).collect() };
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--offline", "--locked", "--all-features"]))
            .expect("JSON");
    let versions: BTreeMap<&str, &str> = metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .filter_map(|package| Some((package["id"].as_str()?, package["rust_version"].as_str()?)))
        .collect();
    let root = metadata["resolve"]["root"].as_str().expect("a root");
    let promised = parse(versions[root]);
    assert_eq!(promised, [1, 88]);
    for (package, version) in versions {
        assert!(parse(version) <= promised, "{package} asks for Rust {version}");
    }
}
