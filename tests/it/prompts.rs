//! Prompts by the built-in template and by a caller's own.

use personas::{ErrorKind, Faq, Persona, PromptTemplate, Source, Value, Variables};

use crate::support::{assert_beside, files, name};

fn everything() -> Persona {
    Persona::read("tests/fixtures/valid/everything.yaml").unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_built_in_prompt_is_as_shown() {
    for path in
        ["tests/fixtures/valid/everything.yaml", "tests/fixtures/valid/minimal.yaml", "personas/leon-trotsky.yaml"]
    {
        let persona = Persona::read(path).unwrap_or_else(|error| panic!("{error}"));
        let prompt = persona.prompt().unwrap_or_else(|error| panic!("{error}"));
        let shown = format!("{prompt}\n\n== greeting\n{:?}\n== reminder\n{:?}", prompt.greeting, prompt.reminder);
        assert_beside(
            &std::path::Path::new("tests/fixtures/prompt").join(path.rsplit('/').next().expect("a name")),
            &shown,
        );
    }
}

/// Each style on each persona; what `default` makes of some also stands in the snapshots above.
#[test]
fn the_built_in_styles_are_as_shown() {
    let mut paths = files("personas", &["yaml"]);
    paths.extend(["everything", "minimal"].map(|name| format!("tests/fixtures/valid/{name}.yaml").into()));
    for path in paths {
        let persona = Persona::read(&path).unwrap_or_else(|error| panic!("{error}"));
        for &style in PromptTemplate::BUILT_IN {
            let template = PromptTemplate::built_in(style).unwrap_or_else(|error| panic!("{error}"));
            let prompt = template.render(&persona, &Variables::new()).unwrap_or_else(|error| panic!("{error}"));
            let file = path.file_name().expect("a name");
            assert_beside(&std::path::Path::new("tests/fixtures/style").join(style).join(file), &prompt.to_string());
        }
    }
}

#[test]
fn sections_are_the_blocks_in_order() {
    let prompt = everything().prompt().expect("a prompt");
    let names: Vec<&str> = prompt.system.iter().map(|section| section.name.as_str()).collect();
    let blocks = "opening identity personality scenario style topics knowledge relations examples boundaries closing";
    assert_eq!(names, blocks.split(' ').collect::<Vec<_>>());
    let joined: Vec<&str> = prompt.system.iter().map(|section| section.text.as_str()).collect();
    assert_eq!(prompt.to_string(), joined.join("\n\n"));
}

#[test]
fn a_template_overrides_blocks() {
    let template = PromptTemplate::new(
        "{% extends \"default\" %}\n{% block topics %}{% endblock %}\n\
         {% block closing %}{{ super() }}\n- Mood: {{ mood }}.{% endblock %}",
    )
    .expect("a template");
    let prompt = template.render(&everything(), &Variables::new().set("mood", "calm")).expect("a prompt");
    assert_eq!(prompt.section("topics"), None);
    let closing = prompt.section("closing").expect("a section");
    assert!(closing.starts_with("# Staying in character") && closing.ends_with("- Mood: calm."), "{closing}");
    assert_eq!(prompt.system.len(), 10);
}

#[test]
fn a_template_of_its_own_has_its_own_sections() {
    let source = "Before.\n{% block one %}\n{{ char }}{# {% block no %} #}\n{% endblock %}\n{% raw %}{% block x %}{% endraw %}\n\
                  {% block two %}{% for r in persona.style %}{{ r }}{% endfor %}{{ \"%}\" }}{% endblock %}";
    let prompt =
        PromptTemplate::new(source).expect("a template").render(&everything(), &Variables::new()).expect("a prompt");
    let sections: Vec<(&str, &str)> =
        prompt.system.iter().map(|section| (section.name.as_str(), section.text.as_str())).collect();
    let expected = [
        ("text", "Before."),
        ("one", "Ada Lovelace"),
        ("text", "{% block x %}"),
        ("two", "Speak in whole sentences.%}"),
    ];
    assert_eq!(sections, expected);
}

#[test]
fn faults_of_templates_are_located() {
    let mut persona = everything();
    persona.nickname = None;
    for path in files("tests/fixtures/prompt", &["jinja"]) {
        let file = path.file_name().expect("a name").to_string_lossy().into_owned();
        let source = Source::new(file, std::fs::read_to_string(&path).expect("a template"));
        let rendered =
            PromptTemplate::from_source(source).and_then(|template| template.render(&persona, &Variables::new()));
        let error = rendered.err().unwrap_or_else(|| panic!("{} is no fault", name(&path)));
        assert_eq!(error.kind(), ErrorKind::Template);
        let code = path.parent().and_then(|folder| folder.file_name()).expect("a folder").to_string_lossy();
        let found = error.diagnostics().expect("findings").iter().next().expect("a finding");
        assert_eq!(found.code.name(), code, "{error}");
        assert_beside(&path, &error.to_string());
    }
}

#[test]
fn persona_text_is_never_a_template() {
    let mut persona = Persona::new("{{ user }}", "{% set x = 1 %}{{ 7 * 7 }} {{char}} {{random}} {# note #}");
    persona.faq.push(Faq::new("{{ user }}?", "{{ persona }}"));
    persona.greeting = Some("Hi {{user}}, I am {{ CHAR }}.".into());
    let variables = Variables::new().set("user", "{{char}}");
    let prompt = PromptTemplate::default().render(&persona, &variables).expect("a prompt");
    let identity = prompt.section("identity").expect("a section");
    assert_eq!(identity, "# Who you are\n\n{% set x = 1 %}{{ 7 * 7 }} {{ user }} {{random}} {# note #}");
    assert!(prompt.section("knowledge").expect("a section").ends_with("## {{char}}?\n\n{{ persona }}"));
    assert_eq!(prompt.greeting.as_deref(), Some("Hi {{char}}, I am {{ user }}."));
}

#[test]
fn the_names_of_the_persona_cannot_be_taken() {
    for taken in ["persona", "char"] {
        let error =
            PromptTemplate::default().render(&everything(), &Variables::new().set(taken, "x")).expect_err("taken");
        assert_eq!(error.kind(), ErrorKind::Argument);
    }
}

#[test]
fn an_error_tells_no_value() {
    let secret = Value::from("s3cret");
    let ada = everything();
    for source in [
        "{{ key + 1 }}",
        "{{ key.x }}",
        "{{ key() }}",
        "{{ [key] }}",
        "{{ key | int }}",
        "{{ persona[key] }}",
        "{% include key %}",
    ] {
        let rendered = PromptTemplate::new(source)
            .and_then(|template| template.render(&ada, &Variables::new().set("key", secret.clone())));
        if let Err(error) = rendered {
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }
}

/// Every key of the format is there for a template, whether the persona has it or not.
#[test]
fn templates_see_every_key() {
    let schema: serde_json::Value = serde_json::from_str(personas::SCHEMA).expect("JSON");
    let ada = Persona::new("Ada", "A guide.");
    for key in schema["properties"].as_object().expect("properties").keys() {
        if !matches!(key.as_str(), "$schema" | "spec" | "extends" | "translations") {
            let template = PromptTemplate::new(format!("{{% if persona.{key} %}}x{{% endif %}}.")).expect("a template");
            template.render(&ada, &Variables::new()).unwrap_or_else(|error| panic!("{error}"));
        }
    }
}
