//! Folders of personas: what is found across files, how they become whole, and what holds for any.

use std::path::Path;

use personas::{Catalog, Code, ErrorKind, Pointer, Source};

fn source(name: &str, text: &str) -> Source {
    Source::new(name, text)
}

/// A catalog of files, each as name and text.
fn catalog(files: &[(&str, &str)]) -> Catalog {
    Catalog::from_sources(files.iter().map(|(name, text)| source(name, text)))
}

#[test]
fn a_catalog_is_shared_between_threads() {
    fn is_shared<T: Send + Sync + Clone + 'static>() {}
    is_shared::<Catalog>();
}

#[test]
fn lists_go_on_maps_merge_and_the_later_text_wins() {
    let catalog = catalog(&[
        (
            "base.yaml",
            "spec: persona-fragment/v1\ntagline: of the base\ngreeting: of the base\nstyle: [one, two]\navatar: {src: a.svg, alt: A}\n",
        ),
        ("left.yaml", "spec: persona-fragment/v1\nextends: [base]\ntagline: of the left\nstyle: [left, two]\n"),
        ("right.yaml", "spec: persona-fragment/v1\nextends: [base]\nnickname: of the right\nstyle: [right]\n"),
        (
            "ada.yaml",
            "name: Ada\ndescription: A guide.\nextends: [left, right]\nstyle: [own, one]\navatar: {src: b.svg}\n",
        ),
    ]);
    assert!(!catalog.has_errors());
    let ada = catalog.get("ada").expect("ada").persona();
    // The right one extends the base, too, and does not bring its tagline back.
    assert_eq!(ada.tagline.as_deref(), Some("of the left"));
    assert_eq!(ada.greeting.as_deref(), Some("of the base"));
    assert_eq!(ada.nickname.as_deref(), Some("of the right"));
    assert_eq!(ada.style, ["one", "two", "left", "right", "own"]);
    let avatar = ada.avatar.as_ref().expect("an avatar");
    assert_eq!((avatar.src.as_str(), avatar.alt.as_deref()), ("b.svg", Some("A")));
    assert!(ada.extends.is_empty());
    assert_eq!(catalog.len(), 1);
}

#[test]
fn questions_are_the_same_by_id_or_words_and_characters_by_id_or_name() {
    let catalog = catalog(&[
        (
            "base.yaml",
            "spec: persona-fragment/v1
faq:
  - {id: who, question: Who are you?, answer: Nobody., keywords: [identity]}
  - {question: Where from?, answer: Nowhere.}
related_characters:
  - {id: bob, name: Bob, relation: friend, description: A friend.}
  - {name: Carl, relation: rival}
",
        ),
        (
            "ada.yaml",
            "extends: [base]
name: Ada
description: A guide.
faq:
  - {question: 'where FROM', answer: London.}
  - {id: who, question: And who are you?, answer: Ada., keywords: [name]}
  - {question: Why?, answer: So.}
related_characters:
  - {id: bob, name: Robert, relation: rival}
  - {id: carl, name: Carl, relation: ally}
  - {id: bob-the-other, name: Bob, relation: ally}
",
        ),
    ]);
    let ada = catalog.get("ada").expect("ada").persona();
    let faq: Vec<(&str, &str)> = ada.faq.iter().map(|faq| (&*faq.question, &*faq.answer)).collect();
    assert_eq!(faq, [("And who are you?", "Ada."), ("where FROM", "London."), ("Why?", "So.")]);
    assert_eq!(ada.faq[0].keywords, ["identity", "name"]);
    let related: Vec<String> = ada
        .related_characters
        .iter()
        .map(|related| format!("{} {} {:?}", related.name, related.relation, related.description))
        .collect();
    assert_eq!(related, ["Robert rival Some(\"A friend.\")", "Carl ally None", "Bob ally None"]);
}

#[test]
fn a_part_alone_says_that_it_is_one() {
    for (text, shown) in [
        (
            "extends: [house-style]\nname: Ada\ndescription: A guide.\n",
            "error[incomplete-persona]: this file extends `house-style`, and is whole only with it
 --> <persona>:1:10
  |
1 | extends: [house-style]
  |          ^^^^^^^^^^^^^
  |
  = help: read it in its folder: by `Catalog::open`, or by giving the command the folder and the id",
        ),
        (
            "spec: persona-fragment/v1\nstyle: [Be brief.]\n",
            "error[incomplete-persona]: this file is a fragment, and no persona by itself
 --> <persona>:1:7
  |
1 | spec: persona-fragment/v1
  |       ^^^^^^^^^^^^^^^^^^^
  |
  = help: name it under `extends` in the file of a persona",
        ),
    ] {
        let error = personas::Persona::from_yaml(text).expect_err("a part");
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert_eq!(error.to_string(), shown);
    }
}

#[test]
fn origins_are_in_the_file_that_says_it() {
    let catalog = catalog(&[
        ("base.yaml", "spec: persona-fragment/v1\nstyle: [one]\nfaq: [{id: who, question: Who?, answer: Nobody.}]\n"),
        (
            "ada.yaml",
            "extends: [base]\nname: Ada\ndescription: A guide.\nstyle: [two]\nfaq: [{id: who, question: Who?, answer: Ada.}]\n",
        ),
    ]);
    let root = Pointer::root;
    for (pointer, file, text) in [
        (root().key("style").index(0), "base.yaml", "one"),
        (root().key("style").index(1), "ada.yaml", "two"),
        (root().key("faq").index(0).key("answer"), "ada.yaml", "Ada."),
        (root().key("name"), "ada.yaml", "Ada"),
        (root().key("style"), "ada.yaml", "[two]"),
    ] {
        let (source, span) = catalog.origin("ada", &pointer).expect("an origin");
        assert_eq!((source.name(), source.slice(span)), (file, text), "{pointer}");
    }
    assert!(catalog.origin("ada", &root().key("greeting")).is_none());
    assert!(catalog.origin("base", &root().key("style")).is_none());
}

/// Each extends the two before: followed naively, the last would be made of a million million files.
#[test]
fn a_tower_of_diamonds_is_no_trap() {
    let mut files = vec![("f0".to_owned(), "spec: persona-fragment/v1\ntopics: [t0]\n".to_owned())];
    files.push(("f1".to_owned(), "spec: persona-fragment/v1\nextends: [f0]\ntopics: [t1]\n".to_owned()));
    for level in 2..40 {
        let text =
            format!("spec: persona-fragment/v1\nextends: [f{}, f{}]\ntopics: [t{level}]\n", level - 2, level - 1);
        files.push((format!("f{level}"), text));
    }
    files.push(("ada".to_owned(), "extends: [f39, f38]\nname: Ada\ndescription: A guide.\n".to_owned()));
    let catalog = Catalog::from_sources(files.into_iter().map(|(name, text)| Source::new(name + ".yaml", text)));
    assert!(!catalog.has_errors(), "{:?}", catalog.diagnostics().flatten().next());
    let topics: Vec<String> = (0..40).map(|level| format!("t{level}")).collect();
    assert_eq!(catalog.get("ada").expect("ada").persona().topics, topics);
}

#[test]
fn a_long_chain_and_a_large_family_are_refused() {
    let chain = |length: usize| {
        let link = |level: usize| match level {
            0 => Source::new("f0.yaml", "spec: persona-fragment/v1\n"),
            _ => {
                Source::new(format!("f{level}.yaml"), format!("spec: persona-fragment/v1\nextends: [f{}]\n", level - 1))
            }
        };
        let last = format!("extends: [f{}]\nname: Ada\ndescription: A guide.\n", length - 1);
        Catalog::from_sources((0..length).map(link).chain([Source::new("ada.yaml", last)]))
    };
    assert!(chain(64).get("ada").is_some());
    let refused = chain(10_000);
    assert!(refused.get("ada").is_none());
    assert!(refused.diagnostics().flatten().any(|found| found.code == Code::TooDeep));
    let large = format!("spec: persona-fragment/v1\npersonality: {}\n", "x".repeat(3 << 20));
    let catalog = catalog(&[
        ("a.yaml", &large),
        ("b.yaml", &large),
        ("c.yaml", &large),
        ("ada.yaml", "extends: [a, b, c]\nname: Ada\ndescription: A guide.\n"),
    ]);
    let codes: Vec<Code> = catalog.diagnostics().flatten().map(|found| found.code).collect();
    assert_eq!(codes, [Code::TooLargeExpanded]);
}

#[test]
fn personas_are_found_by_tag_and_language() {
    let catalog = Catalog::open("personas").unwrap_or_else(|error| panic!("{error}"));
    let ids = |entries: &mut dyn Iterator<Item = personas::CatalogEntry<'_>>| {
        entries.map(|entry| entry.id().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&mut catalog.with_tag("Mexico")), ["frida-kahlo", "leon-trotsky"]);
    assert!(ids(&mut catalog.with_language("es")).contains(&"frida-kahlo".to_owned()));
    assert!(catalog.get("nobody").is_none());
    let all = ids(&mut catalog.iter());
    assert!(all.is_sorted() && all.len() == catalog.len() && all.len() >= 7);
}

#[test]
fn similar_personas_are_told_with_the_reason() {
    let catalog = Catalog::open("personas").unwrap_or_else(|error| panic!("{error}"));
    let lenin = catalog.get("vladimir-lenin").expect("lenin");
    let similar = lenin.similar(3);
    assert_eq!(similar.len(), 3);
    assert!(["leon-trotsky", "rosa-luxemburg"].contains(&similar[0].entry.id()), "{similar:?}");
    assert!(similar.iter().all(|found| found.score > 0.0 && found.score < 1.0 && found.entry.id() != "vladimir-lenin"));
    assert!(similar[0].shared.contains(&"marxism"));
}

#[test]
fn graphs_hold_their_names() {
    let catalog = catalog(&[
        (
            "ada.yaml",
            "name: 'Ada \"; evil [<b>]'\ndescription: x\nrelated_characters: [{id: bob, name: Bob, relation: ally}, {name: Carl, relation: ally}]\n",
        ),
        ("bob.yaml", "name: Bob\ndescription: x\n"),
    ]);
    let dot = "digraph personas {
  \"ada\" [label=\"Ada \\\"; evil [<b>]\"];
  \"bob\" [label=\"Bob\"];
  \"ada\" -> \"bob\" [label=\"ally\"];
}
";
    assert_eq!(catalog.to_dot(), dot);
    let mermaid = "flowchart LR
  p0[\"Ada #34;#59; evil #91;#60;b#62;#93;\"]
  p1[\"Bob\"]
  p0 -->|\"ally\"| p1
";
    assert_eq!(catalog.to_mermaid(), mermaid);
}

#[test]
fn folders_that_are_none_are_errors_and_files_that_cannot_be_read_are_told() {
    for path in ["tests/no-such-folder", "Cargo.toml"] {
        assert_eq!(Catalog::open(path).expect_err("no folder").kind(), ErrorKind::Io, "{path}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ada.yaml"), "name: Ada\ndescription: x\n").expect("a file");
    std::fs::write(folder.path().join("bob.yaml"), "nmae: Bob\n").expect("a file");
    std::fs::write(folder.path().join("notes.txt"), "no persona").expect("a file");
    let catalog = Catalog::open(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    assert!(catalog.get("ada").is_some() && catalog.get("bob").is_none());
    assert!(catalog.has_errors() && catalog.failures().is_empty());
    assert_eq!(catalog.documents().len(), 2);
}

/// A link may lead anywhere.
#[cfg(unix)]
#[test]
fn nothing_outside_of_the_folder_is_read() {
    let (folder, outside) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    std::fs::write(outside.path().join("secret.yaml"), "name: Secret\ndescription: x\n").expect("a file");
    std::fs::write(folder.path().join("ada.yaml"), "name: Ada\ndescription: x\n").expect("a file");
    let link = |from: &str, to: &Path| std::os::unix::fs::symlink(to, folder.path().join(from)).expect("a link");
    link("file.yaml", &outside.path().join("secret.yaml"));
    link("inner", outside.path());
    link("loop", folder.path());
    let catalog = Catalog::open(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(catalog.iter().map(|entry| entry.id()).collect::<Vec<_>>(), ["ada"]);
    assert_eq!(catalog.documents().len(), 1);
}

#[test]
fn a_translation_falls_back_part_by_part() {
    let catalog = catalog(&[(
        "ada.yaml",
        "name: Ada
description: A guide.
tagline: Welcome!
greeting: Hello!
boundaries: [Gives no medical advice., Gives no legal advice.]
language: en
translations:
  es: {description: Una guía., tagline: ¡Bienvenidos!, boundaries: [No da consejos médicos.]}
  es-MX: {tagline: ¡Qué onda!}
",
    )]);
    let ada = catalog.get("ada").expect("ada");
    let mexican = ada.in_language("es-MX-x-private");
    assert_eq!(mexican.language.as_deref(), Some("es-MX"));
    let persona = &mexican.persona;
    assert_eq!((&*persona.description, persona.tagline.as_deref()), ("Una guía.", Some("¡Qué onda!")));
    assert_eq!(persona.greeting.as_deref(), Some("Hello!"));
    // A list that may lack a boundary is not taken.
    assert_eq!(persona.boundaries, ["Gives no medical advice.", "Gives no legal advice."]);
    let gaps: Vec<&str> = mexican.gaps.iter().map(|gap| gap.key.as_str()).collect();
    assert_eq!(gaps, ["boundaries", "greeting"]);
    assert!(persona.translations.is_empty() && persona.language.as_deref() == Some("es-MX"));
    for (tag, language) in [("ES", "es"), ("es-AR", "es"), ("en-GB", "en"), ("fr", "en"), ("", "en")] {
        assert_eq!(ada.in_language(tag).language.as_deref(), Some(language), "{tag}");
    }
    assert_eq!(ada.in_language("en").persona, *ada.persona());
}

#[test]
fn a_file_beside_translates() {
    let catalog = catalog(&[
        (
            "cast/ada.yaml",
            "name: Ada\ndescription: A guide.\ntagline: Welcome!\nfaq: [{id: who, question: Who?, answer: Ada.}]\n",
        ),
        (
            "cast/ada.es.yaml",
            "description: Una guía.\ntagline: ¡Bienvenidos!\nfaq: [{id: who, question: ¿Quién?, answer: Ada.}, {id: why, answer: Así.}]\n",
        ),
        ("cast/ada.pt.yaml", "descripcao: Uma guia.\n"),
        ("cast/bob.de.yaml", "name: Bob\ndescription: Whoever he is, there is no bob beside him.\n"),
    ]);
    let ada = catalog.get("ada").expect("ada");
    let spanish = ada.in_language("es-AR");
    assert_eq!((&*spanish.persona.description, &*spanish.persona.faq[0].question), ("Una guía.", "¿Quién?"));
    assert!(spanish.gaps.is_empty(), "{:?}", spanish.gaps);
    assert_eq!(catalog.iter().map(|entry| entry.id()).collect::<Vec<_>>(), ["ada", "bob.de"]);
    let pointer = Pointer::root().key("translations").key("es").key("tagline");
    let (source, span) = catalog.origin("ada", &pointer).expect("an origin");
    assert_eq!((source.name(), source.slice(span)), ("cast/ada.es.yaml", "¡Bienvenidos!"));
    let found: Vec<String> = catalog
        .diagnostics()
        .flat_map(|found| found.iter().map(move |one| format!("{} {}", found.source().name(), one.code)))
        .collect();
    assert_eq!(found, ["cast/ada.es.yaml unknown-translation", "cast/ada.pt.yaml unknown-key"]);
    let alone = catalog.documents().iter().find(|document| document.source().name() == "cast/ada.es.yaml");
    let error = alone.expect("a file").clone().into_persona().expect_err("a translation");
    assert!(error.to_string().contains("this file is a translation, and no persona by itself"), "{error}");
}

/// Without the schema too, a file that is extended must be sound.
#[test]
fn one_bad_file_hides_no_other() {
    let catalog = catalog(&[
        ("bad.yaml", "spec: persona-fragment/v1\ntagline: [no, text]\n"),
        ("ada.yaml", "extends: [bad]\nname: Ada\ndescription: A guide.\n"),
        ("bob.yaml", "name: Bob\ndescription: A guide.\n"),
        ("carl.yaml", "name: [Carl\n"),
        // The first of an id is the one who is meant, also when it cannot be used.
        ("dora-1.yaml", "id: dora\nname: Dora\n"),
        ("dora-2.yaml", "id: dora\nname: Dora\ndescription: Another.\n"),
    ]);
    assert_eq!(catalog.iter().map(|entry| entry.id()).collect::<Vec<_>>(), ["bob"]);
    let faulty: Vec<&str> =
        catalog.diagnostics().filter(|found| found.has_errors()).map(|found| found.source().name()).collect();
    assert_eq!(faulty, ["ada.yaml", "bad.yaml", "carl.yaml", "dora-1.yaml", "dora-2.yaml"]);
}
