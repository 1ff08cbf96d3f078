//! Templates that use others: built-in ones, those of a folder, and those of a set; and what is said of their faults.

use std::fs;
use std::path::Path;

use personas::{Code, Error, ErrorKind, Faq, Persona, Prompt, PromptTemplate, Severity, Source, Value, Variables};
use proptest::prelude::*;

use crate::support::{assert_beside, name};

const FOLDER: &str = "tests/fixtures/templates";

fn ada() -> Persona {
    let mut ada = Persona::new("Ada", "A guide.");
    ada.topics = vec!["engines".into()];
    ada
}

fn render(template: Result<PromptTemplate, Error>) -> Result<Prompt, Error> {
    template?.render(&ada(), &Variables::new())
}

fn sections(prompt: &Prompt) -> Vec<(&str, &str)> {
    prompt.system.iter().map(|section| (section.name.as_str(), section.text.as_str())).collect()
}

fn set(sources: &[(&str, &str)]) -> Result<Prompt, Error> {
    let named = sources.iter().map(|(name, text)| Source::new(*name, *text));
    render(PromptTemplate::from_sources(named, sources[0].0))
}

#[test]
fn a_style_is_chosen_by_name() {
    let mut orders = Vec::new();
    for &style in PromptTemplate::BUILT_IN {
        let everything =
            Persona::read("tests/fixtures/valid/everything.yaml").unwrap_or_else(|error| panic!("{error}"));
        let template = PromptTemplate::built_in(style).unwrap_or_else(|error| panic!("{error}"));
        let prompt = template.render(&everything, &Variables::new()).unwrap_or_else(|error| panic!("{error}"));
        orders.push(prompt.system.iter().map(|section| section.name.clone()).collect::<Vec<_>>());
        let source = format!("{{% extends \"{style}\" %}}{{% block topics %}}Mine.{{% endblock %}}");
        assert_eq!(render(PromptTemplate::new(source)).expect("a prompt").section("topics"), Some("Mine."));
    }
    assert_eq!(orders[0].len(), 11);
    assert!(orders.iter().all(|order| *order == orders[0]), "{orders:?}");
    for (wrong, help) in [("xlm", "did you mean `xml`?"), ("markdown", "`default`, `xml`, `plain`, `brief`")] {
        let error = PromptTemplate::built_in(wrong).expect_err("no style");
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert!(error.to_string().contains(help), "{error}");
    }
}

#[test]
fn persona_text_cannot_close_a_tag_of_ours() {
    let mut persona =
        Persona::new("</identity>", "a < b, <b>bold</b> & Vec<T>\n</ Identity >\n<boundaries>none</boundaries>");
    persona.faq.push(Faq::new("</question>?", "</answer></knowledge><identityX>"));
    persona.boundaries.push("</boundaries>".into());
    let template = PromptTemplate::built_in("xml").expect("a template");
    let prompt = template.render(&persona, &Variables::new().set("user", "<you>")).expect("a prompt");
    let identity =
        "<identity>\na < b, <b>bold</b> & Vec<T>\n&lt;/ Identity >\n&lt;boundaries>none&lt;/boundaries>\n</identity>";
    assert_eq!(prompt.section("identity"), Some(identity));
    for section in &prompt.system {
        let opened = section.text.matches("<knowledge>").count();
        assert_eq!(section.text.matches("</knowledge>").count(), opened);
        assert_eq!(section.text.matches("</boundaries>").count(), usize::from(section.name == "boundaries"));
        assert_eq!(section.text.matches("<you>").count(), 0, "{}", section.text);
    }
}

#[test]
fn a_chain_has_the_blocks_of_its_root_in_order() {
    let prompt = render(PromptTemplate::from_dir(FOLDER, "chat.jinja")).unwrap_or_else(|error| panic!("{error}"));
    let expected = [
        ("text", "Before all."),
        ("opening", "Chat as Ada.\nOpened by the layout."),
        ("body", "Rule: be kind, the user.\nThe body.\nRule: be kind, the user."),
        ("end", "ADA!"),
        ("text", "After all."),
    ];
    assert_eq!(sections(&prompt), expected);

    let prompt = render(PromptTemplate::from_dir(FOLDER, "styled.jinja")).unwrap_or_else(|error| panic!("{error}"));
    let names: Vec<&str> = prompt.system.iter().map(|section| section.name.as_str()).collect();
    assert_eq!(names, ["opening", "identity", "topics"]);
    let topics = prompt.section("topics").expect("a section");
    assert!(topics.starts_with("Of the child; of the middle; <topics>"), "{topics}");
}

#[test]
fn sources_know_each_other_by_name() {
    let prompt = set(&[
        ("a", "{% extends \"b\" %}{% block one %}{{ super() }}A{% endblock %}"),
        ("b", "{% extends \"c\" %}{% block one %}{{ super() }}B{% endblock %}{% set note = 'set' %}"),
        ("c", "{% block one %}C{% include [\"none\", \"d\"] %}{% endblock %}{% include \"e\" ignore missing %} {{ note }}"),
        ("d", "D"),
    ])
    .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(sections(&prompt), [("one", "CDBA"), ("text", "set")]);
    // The text of an included template stands in the section of the tag that includes it.
    let included = ("part", "{{ char }} ");
    for (source, expected) in [
        (
            "{% block a %}{% include 'part' %}{% endblock %}\n\n{% block b %}{% include 'part' %}x{% endblock %}",
            vec![("a", "Ada"), ("b", "Ada x")],
        ),
        (
            "{% block a %}{% for i in [1, 2] %}{% include 'part' %}, {% endfor %}{% endblock %}",
            vec![("a", "Ada , Ada ,")],
        ),
        ("{% include 'part' %}\n{% block a %}y{% endblock %}", vec![("text", "Ada"), ("a", "y")]),
        (
            "{% set p = 'part' %}{% block a %}z{% include p %}{% endblock %}{# {% include 'part' %} #}{% if false %}{% include 'part' %}{% endif %}",
            vec![("a", "z"), ("text", "Ada")],
        ),
    ] {
        let prompt = set(&[("main", source), included]).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(sections(&prompt), expected, "{source}");
    }
}

#[test]
fn a_fault_is_shown_in_the_file_that_has_it() {
    let cases = [
        (
            "includes-wrong",
            "{% extends 'default' %}{% block topics %}{% include \"parts/wrong.jinja\" %}{% endblock %}",
        ),
        ("includes-broken", "{% include \"parts/broken.jinja\" %}"),
        ("includes-missing", "Hello.\n{% include \"parts/rule.jinja\" %}"),
        ("misspells-style", "{% extends \"defualt\" %}"),
        ("leaves", "Hello.\n  {%- include \"../prompt/minimal.jinja\" %}"),
        ("extends-itself", "{% extends \"main.jinja\" %}"),
    ];
    for (case, text) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("parts")).expect("a folder");
        for file in ["rules", "wrong", "broken"] {
            let path = format!("parts/{file}.jinja");
            fs::copy(Path::new(FOLDER).join(&path), folder.path().join(&path)).expect("copied");
        }
        fs::write(folder.path().join("main.jinja"), text).expect("written");
        let error = render(PromptTemplate::from_dir(folder.path(), "main.jinja")).expect_err(case);
        assert_eq!(error.kind(), ErrorKind::Template, "{error}");
        let shown = error.to_string().replace(&name(folder.path()), "templates").replace('\\', "/");
        assert_beside(&Path::new(FOLDER).join(format!("{case}.txt")), &shown);
    }
}

#[test]
fn a_name_never_leaves_the_folder() {
    let outside = tempfile::tempdir().expect("a folder");
    let folder = outside.path().join("templates");
    fs::create_dir_all(folder.join("sub")).expect("a folder");
    fs::write(outside.path().join("secret.jinja"), "s3cret").expect("written");
    fs::write(folder.join("large.jinja"), "x\n".repeat(100_000)).expect("written");
    fs::write(folder.join("latin.jinja"), b"caf\xe9").expect("written");
    fs::write(folder.join("fine.jinja"), "fine").expect("written");
    let mut names = vec![
        "../secret.jinja",
        "sub/../../secret.jinja",
        "./fine.jinja",
        "sub//x",
        "/etc/passwd",
        "",
        "sub",
        "a\\b",
        "..\\secret.jinja",
        "C:secret.jinja",
        "C:/secret.jinja",
        "fine.jinja:stream",
        "nul",
        "sub/CON.jinja",
        "com1.txt",
        "fine.jinja ",
        "fine.jinja.",
        "a\0b",
        "a\nb",
        "large.jinja",
        "latin.jinja",
        "fine.jinja/x",
        "sub/",
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../secret.jinja", folder.join("link.jinja")).expect("a link");
        std::os::unix::fs::symlink("..", folder.join("up")).expect("a link");
        std::os::unix::fs::symlink("loop.jinja", folder.join("loop.jinja")).expect("a link");
        let pipe = std::process::Command::new("mkfifo").arg(folder.join("pipe.jinja")).status();
        assert!(pipe.expect("mkfifo runs").success());
        names.extend(["link.jinja", "up/secret.jinja", "loop.jinja", "pipe.jinja"]);
    }
    for name in names {
        let error = PromptTemplate::from_dir(&folder, name).expect_err(name);
        assert!(!error.to_string().contains("s3cret"), "{error}");
        // A name cannot stand in quotes when it has one of these.
        if name.contains(['\0', '\n', '\\']) {
            continue;
        }
        fs::write(folder.join("main.jinja"), format!("a\n{{% include \"{name}\" %}}")).expect("written");
        let error = render(PromptTemplate::from_dir(&folder, "main.jinja")).expect_err(name);
        let found = error.diagnostics().and_then(|found| found.iter().next()).unwrap_or_else(|| panic!("{error}"));
        assert!(
            error.to_string().contains("main.jinja:2:4")
                || found.code == Code::TemplateLimit
                || found.code == Code::InvalidUtf8,
            "{error}"
        );
    }
    assert_eq!(PromptTemplate::from_dir(&folder, "none.jinja").expect_err("missing").kind(), ErrorKind::Io);
    assert_eq!(PromptTemplate::from_dir(folder.join("none"), "x").expect_err("missing").kind(), ErrorKind::Io);
    #[cfg(unix)]
    {
        // A link within the folder is fine, and so is a folder that is one.
        std::os::unix::fs::symlink("fine.jinja", folder.join("alias.jinja")).expect("a link");
        std::os::unix::fs::symlink(&folder, outside.path().join("other")).expect("a link");
        let prompt = render(PromptTemplate::from_dir(outside.path().join("other"), "alias.jinja"));
        assert_eq!(prompt.expect("a prompt").to_string(), "fine");
    }
}

#[test]
fn what_is_wrong_is_told_at_once() {
    let path = Path::new("tests/fixtures/lint/everything.jinja");
    let source = Source::new("everything.jinja", fs::read_to_string(path).expect("a template"));
    let template = PromptTemplate::from_source(source).unwrap_or_else(|error| panic!("{error}"));
    let found = template.lint(&Variables::new().set("city", "Kyiv")).unwrap_or_else(|error| panic!("{error}"));
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_beside(path, &shown.join("\n\n"));
}

#[test]
fn a_fault_is_told_of_the_file_that_has_it() {
    let sources = [
        Source::new(
            "main",
            "{% extends 'default' %}{% block topics %}{{ persona.nmae }}{% include 'part' %}{% endblock %}",
        ),
        Source::new("part", "{% for topic in persona.topics %}{{ topic.x }}{{ mine }}{% endfor %}"),
    ];
    let template = PromptTemplate::from_sources(sources, "main").expect("a template");
    let found = template.lint(&Variables::new()).expect("findings");
    let told: Vec<(&str, usize)> = found.iter().map(|found| (found.source().name(), found.len())).collect();
    assert_eq!(told, [("main", 1), ("part", 2)], "{found:?}");
    let error = template.lint(&Variables::new().set("char", "x")).expect_err("taken");
    assert_eq!(error.kind(), ErrorKind::Argument);
}

#[test]
fn what_is_right_has_no_findings() {
    for &style in PromptTemplate::BUILT_IN {
        let found = PromptTemplate::built_in(style).expect("a template").lint(&Variables::new()).expect("findings");
        assert!(found.is_empty(), "{found:?}");
    }
    for source in [
        "{% if mood is defined %}{{ mood }}{% endif %}{{ x | default('y') }}",
        "{% set ns = namespace(n=0) %}{% for e in persona.faq %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
        "{% macro m(a, b='x') %}{{ a }}{{ b }}{% endmacro %}{{ m('1', b='2') }}{% macro n(c) %}{{ caller(c) }}{% endmacro %}{% call(x) n('y') %}{{ x }}{% endcall %}",
        "{% for k, v in {'a': 1} | items %}{{ k }}{{ v }}{{ loop.cycle('a', 'b') }}{% endfor %}",
        "{% block a %}{{ later }}{% endblock %}{% set later = 'x' %}",
        "{% if persona.nickname %}{{ persona.nickname }}{% endif %}{{ [persona.tagline, persona.name] | select | join(', ') }}",
        "{% raw %}{{ nothing }}{% endraw %}{# {{ nothing }} #}{{ '{{ nothing }}' }}",
        "{{ persona.name[0] }}{{ persona.name[1:] }}{{ 'a' if persona.extensions.acme is defined else 'b' }}",
    ] {
        let source = source.replace(
            "{% block a %}{{ later }}{% endblock %}{% set later = 'x' %}",
            "{% extends 'default' %}{% block topics %}{{ later }}{% endblock %}{% set later = 'x' %}",
        );
        let found =
            PromptTemplate::new(source.as_str()).expect("a template").lint(&Variables::new()).expect("findings");
        let errors: Vec<_> = found.iter().flatten().collect();
        assert!(errors.is_empty(), "{source}: {errors:#?}");
    }
}

/// The shape that lint goes by has every key of the published schema, however deep.
#[test]
fn lint_knows_every_key() {
    fn check(schema: &serde_json::Value, at: &serde_json::Value, path: &str, template: &mut String) {
        let at = match at["$ref"].as_str() {
            Some(reference) => schema.pointer(reference.trim_start_matches('#')).expect("a definition"),
            None => at,
        };
        for key in at["properties"].as_object().into_iter().flat_map(|keys| keys.keys()) {
            if matches!((path, key.as_str()), ("persona", "$schema" | "spec" | "schema" | "extends" | "translations")) {
                continue;
            }
            let inner = format!("{path}.{key}");
            *template += &format!("{{% if {inner} %}}{{% endif %}}\n");
            check(schema, &at["properties"][key], &inner, template);
        }
        if at["items"].is_object() {
            check(schema, &at["items"], &format!("{path}[0]"), template);
        }
    }
    let schema: serde_json::Value = serde_json::from_str(personas::SCHEMA).expect("JSON");
    let mut template = String::new();
    check(&schema, &schema, "persona", &mut template);
    assert!(
        template.contains("persona.faq[0].answer") && template.contains("persona.example_dialogues[0][0].role"),
        "{template}"
    );
    let errors = |template: &str| {
        let found = PromptTemplate::new(template).expect("a template").lint(&Variables::new()).expect("findings");
        found.iter().flatten().filter(|found| found.severity == Severity::Error).count()
    };
    assert_eq!(errors(&template), 0, "{template}");
    let wrong = template.replace(" %}{% endif", "x %}{% endif");
    assert_eq!(errors(&wrong), wrong.lines().count());
}

/// Whatever a filter or test is given, the error does not say it.
#[test]
fn no_filter_tells_a_value() {
    let filters = "abs attr batch bool capitalize chain count d default dictsort e escape first float format groupby inert \
                   indent int items join last length lines list lower map max min paragraph reject rejectattr replace reverse \
                   round safe select selectattr slice sort split string sum title trim unique upper zip pprint tojson";
    let variables = Variables::new()
        .set("key", "s3cret")
        .set("list", Value::List(vec!["s3cret".into(), Value::Null, 1.into()]))
        .set("map", Value::Map([("s3cret", "s3cret")].into_iter().collect()));
    for filter in filters.split_whitespace() {
        for value in ["key", "list", "map", "[key, 1]", "{key: key}"] {
            for arguments in
                ["", "(key)", "(key, key)", "(attribute=key)", "(1, key)", "(nothing=key)", "(list)", "(map)"]
            {
                let source = format!(
                    "{{% set x = {value} | {filter}{arguments} %}}{{% for y in x %}}{{% endfor %}}{{{{ x + 1 }}}}"
                );
                let rendered = PromptTemplate::new(source)
                    .and_then(|template| template.render(&Persona::new("Ada", "x"), &variables));
                if let Err(error) = rendered {
                    assert!(!error.to_string().contains("s3cret"), "{error}");
                }
            }
        }
    }
}

#[test]
fn lists_are_not_made_text() {
    for source in ["{{ persona.faq | string }}", "{{ persona | string }}", "{{ [1] }}", "{{ persona.topics | pprint }}"]
    {
        assert!(render(PromptTemplate::new(source)).is_err(), "{source}");
    }
    assert_eq!(render(PromptTemplate::new("{{ 1 | string ~ 'x' }}")).expect("a prompt").to_string(), "1x");
}

/// What is checked after a tag changes neither the text nor the white space.
#[test]
fn checks_are_not_seen() {
    let source = "{% set a = [1, 2] -%}\n\n  x\n{% for b in a -%}\n  {{ b }},\n{%- endfor +%}\n{% set c %}\n  y\n{% endset %}\n{{ c }}\
                  {% macro m(d, e=1) %}\n{{ d }}{{ e }}{{ f is defined }}{% endmacro %}{{ m(2) }}{% with g = 1 -%}\n {{ g }}{% endwith %}\n\
                  {% set h, i = a %}{{ h }}{{ i }}{% set k | indent(first=true) %}l{% endset %}{{ k }}{% set ns = namespace(j=1) %}{% set ns.j = [ns.j] -%}  \n{{ ns.j[0] }}";
    let prompt = render(PromptTemplate::new(source)).unwrap_or_else(|error| panic!("{error}"));
    let mut bare = minijinja::Environment::new();
    let syntax = minijinja::syntax::SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    bare.set_syntax(syntax.expect("a syntax"));
    assert_eq!(prompt.to_string(), bare.render_str(source, ()).expect("text").trim());
}

/// A large persona has room in proportion, in every style.
#[test]
fn ten_thousand_questions_are_written_out() {
    let mut persona = ada();
    persona.faq = (0..10_000).map(|number| Faq::new(format!("Question {number}?"), "An answer. ".repeat(20))).collect();
    for &style in PromptTemplate::BUILT_IN {
        let template = PromptTemplate::built_in(style).expect("a template");
        let prompt = template.render(&persona, &Variables::new()).unwrap_or_else(|error| panic!("{style}: {error}"));
        assert!(prompt.section("knowledge").is_some_and(|text| text.contains("Question 9999?")));
    }
    let sorted = "{% set faq = persona.faq | sort(attribute='question') | list %}{{ faq | length }}";
    let prompt = PromptTemplate::new(sorted).expect("a template").render(&persona, &Variables::new());
    assert_eq!(prompt.unwrap_or_else(|error| panic!("{error}")).to_string(), "10000");
    let own = "{% for entry in persona.faq %}{% set answer = entry.answer | upper %}{{ answer }}{% endfor %}";
    let prompt = PromptTemplate::new(own).expect("a template").render(&persona, &Variables::new());
    assert_eq!(prompt.unwrap_or_else(|error| panic!("{error}")).to_string().len(), 10_000 * 220 - 1);
}

#[test]
fn the_same_bytes_come_each_time_and_on_every_thread() {
    let trotsky = Persona::read("personas/leon-trotsky.yaml").unwrap_or_else(|error| panic!("{error}"));
    for &style in PromptTemplate::BUILT_IN {
        let template = PromptTemplate::built_in(style).expect("a template");
        let render = || template.render(&trotsky, &Variables::new()).expect("a prompt").to_string();
        let first = render();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| (render(), render()))).collect();
            for thread in threads {
                let (one, other) = thread.join().expect("a prompt");
                assert!(one == first && other == first);
            }
        });
    }
}

fn fragment() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{{ ",
        " }}",
        "{% ",
        " %}",
        "{# ",
        " #}",
        "-%}",
        "{%- ",
        "if ",
        "else",
        "elif ",
        "endif",
        "for x in ",
        "endfor",
        "set x = ",
        "set ns.x = ",
        "endset",
        "block a",
        "endblock",
        "extends ",
        "include ",
        "import ",
        " as y",
        "macro m(a, b=1)",
        "endmacro",
        "call(z) m(x)",
        "endcall",
        "with x = ",
        "endwith",
        "raw",
        "endraw",
        "filter upper",
        "endfilter",
        "\"default\"",
        "\"xml\"",
        "'",
        "\"",
        "\\",
        "x",
        "y",
        "ns",
        "persona",
        ".faq",
        ".name",
        "[0]",
        "[::-1]",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "|",
        "join",
        "list",
        "first",
        "range(9)",
        "namespace(x=1)",
        "~",
        "+",
        "-",
        "*",
        "**",
        "//",
        "%",
        "==",
        "is defined",
        "not ",
        "loop",
        "super()",
        "self.a()",
        "caller()",
        ",",
        ":",
        "=",
        "1",
        "99999999999",
        "1e9",
        "é",
        "\n",
        " ",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a template is, it is an error or a prompt, and looking at it beforehand fails no worse.
    #[test]
    fn any_template_has_an_answer(source in fragment()) {
        let answer = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
            if let Ok(template) = PromptTemplate::new(source) {
                let _ = template.render(&ada(), &Variables::new());
                template.lint(&Variables::new()).expect("findings");
            }
        });
        prop_assert!(answer.expect("a thread").join().is_ok());
    }
}
