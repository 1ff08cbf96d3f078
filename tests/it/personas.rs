//! The personas that come with the crate.

use std::collections::BTreeSet;

use personas::{Document, Persona};

use crate::support::{files, name};

#[test]
fn they_are_clean_and_complete() {
    let paths = files("personas", &["yaml"]);
    let stems: BTreeSet<String> =
        paths.iter().map(|path| path.file_stem().expect("a stem").to_string_lossy().into_owned()).collect();
    for known in ["leon-trotsky", "vladimir-lenin", "rosa-luxemburg", "frida-kahlo", "sherlock-holmes"] {
        assert!(stems.contains(known), "{known} is missing");
    }
    assert!(stems.len() >= 7);
    for path in paths {
        let document = Document::read(&path).expect("a persona file");
        assert!(document.diagnostics().is_empty(), "{}", document.diagnostics());
        let persona = document.persona().expect("a persona");
        let file = name(&path);
        assert_eq!(persona.id.as_deref(), path.file_stem().and_then(|stem| stem.to_str()), "{file}");
        assert!(persona.greeting.is_some() && persona.tagline.is_some() && persona.language.is_some(), "{file}");
        assert!(persona.faq.len() >= 4 && persona.example_dialogues.len() >= 2, "{file}");
        assert!(!persona.style.is_empty() && !persona.boundaries.is_empty(), "{file}");
        let avatar = persona.avatar.as_ref().expect("an avatar");
        assert!(avatar.alt.is_some() && std::path::Path::new("personas").join(&avatar.src).is_file(), "{file}");
        for id in persona.related_characters.iter().filter_map(|related| related.id.as_ref()) {
            assert!(stems.contains(id), "{file} names {id}, which is no file");
        }
        persona.prompt().unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn the_flagship_answers_the_eight_questions() {
    let trotsky = Persona::read("personas/leon-trotsky.yaml").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(trotsky.faq.len(), 8);
    for faq in &trotsky.faq {
        assert!(faq.answer.matches("\n\n").count() >= 2, "a short answer to {}", faq.question);
    }
    assert_eq!(Persona::read("personas/frida-kahlo.yaml").expect("a persona").language.as_deref(), Some("es"));
}
