//! What the README shows is what one gets.

use crate::command::persona;

/// The fenced blocks of the README: what stands after the fence, and the text.
fn blocks() -> Vec<(String, String)> {
    let readme = std::fs::read_to_string("README.md").expect("the README");
    let mut blocks = Vec::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((kind.to_owned(), text.join("\n")));
        }
    }
    blocks
}

fn block(start: &str) -> String {
    let found = blocks().into_iter().find(|(_, text)| text.starts_with(start));
    found.unwrap_or_else(|| panic!("no block that begins with {start}")).1
}

#[test]
fn the_persona_is_valid() {
    let text = block("# yaml-language-server");
    let persona = personas::Persona::from_yaml(&text).unwrap_or_else(|error| panic!("{error}"));
    assert!(persona.faq.len() == 1 && persona.related_characters.len() == 1);
}

#[test]
fn the_cast_of_characters_is_valid() {
    let style = "spec: persona-fragment/v1\nstyle: [Speak in whole sentences.]\n";
    let sources = [("house-style.yaml", style), ("ada.yaml", &block("extends:"))];
    let catalog = personas::Catalog::from_sources(sources.map(|(name, text)| personas::Source::new(name, text)));
    let shown: String = catalog.diagnostics().map(ToString::to_string).collect();
    let ada = catalog.get("ada").unwrap_or_else(|| panic!("{shown}"));
    assert_eq!(ada.persona().style, ["Speak in whole sentences."]);
    assert_eq!(ada.in_language("es-MX").persona.description, "Una matemática del siglo XIX.");
}

/// A block that begins with `$ persona …` is run on the README's persona, with the mistakes that the text tells of.
#[test]
fn the_error_is_as_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let broken = block("# yaml-language-server")
        .replace("tagline:", "tagine:")
        .replace("relation: friend", "relation: Old Friend");
    std::fs::write(folder.path().join("ada.yaml"), broken + "\n").expect("a file");
    let output = persona(folder.path(), &["check", "ada.yaml"]);
    let shown = format!(
        "$ persona check ada.yaml\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(block("$ persona check"), shown.trim_end());
}

#[test]
fn the_commands_are_the_ones_that_ci_runs() {
    let script = std::fs::read_to_string(".ci/run").expect("the CI script");
    assert!(block("cargo test").lines().all(|command| script.contains(command)));
}

#[test]
fn the_code_is_that_of_examples() {
    for (example, start) in [("quickstart", "use personas::Persona;"), ("turns", "use personas::chat::Dialect;")] {
        let path = format!("examples/{example}.rs");
        let code = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        for line in block(start).lines() {
            assert!(code.contains(line.trim()), "{path}: {line}");
        }
    }
    let code = blocks().into_iter().filter(|(kind, _)| kind == "rust").count();
    assert_eq!(code, 2);
}
