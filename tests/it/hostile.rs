//! Templates that want to fill the memory, overflow the stack or never end. Each is rendered in a process of its own with
//! 64 MiB of memory, on a thread with a stack of 2 MiB, in whatever profile the tests are built with.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use personas::{Faq, Persona, PromptTemplate, Source, Variables};

use crate::support::files;

/// Names the file that the child renders.
const FILE: &str = "PERSONAS_HOSTILE_TEMPLATE";

/// A hang is a failure; how fast the answer comes is for benches to tell.
const PATIENCE: Duration = Duration::from_secs(60);

/// What these come to is a short prompt, or one within the limits.
const HARMLESS: [&str; 15] = [
    "braces",
    "conditions",
    "dictsort",
    "empty-tags",
    "format-w2",
    "minus-900",
    "more-call",
    "more-pipe2",
    "more-pipe3",
    "not-900",
    "powers",
    "range-min",
    "range-step",
    "round",
    "slice-min2",
];

fn persona() -> Persona {
    let mut persona = Persona::new("Ada", "A guide.");
    persona.style = vec!["Be brief.".into(), "Be kind.".into()];
    persona.faq = (0..50).map(|number| Faq::new(format!("Question {number}?"), "An answer. ".repeat(20))).collect();
    persona
}

/// The part of the test below that runs in the process of its own; by itself it does nothing.
#[test]
fn render_in_this_process() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let render = || {
        let source = Source::read(path).expect("a template");
        PromptTemplate::from_source(source).and_then(|template| template.render(&persona(), &Variables::new()))
    };
    let rendered = std::thread::Builder::new().stack_size(2 << 20).spawn(render).expect("a thread").join();
    match rendered.expect("an answer") {
        Ok(prompt) => println!("outcome: a prompt of {} bytes", prompt.to_string().len()),
        Err(error) => {
            let code = error.diagnostics().and_then(|found| found.iter().next()).map(|found| found.code.name());
            println!("outcome: {}", code.unwrap_or("no finding"));
        }
    }
}

/// Thirty tags within each other, each of which makes a list of what the one around it made, twice; its text would be
/// as long as there are hairs on a million heads.
fn nested(open: &str, close: &str) -> String {
    let level = |level: usize| {
        let mut names = [level + 1, level, level].into_iter();
        let mut tag = String::new();
        for piece in open.split_inclusive('@') {
            let number = names.next().unwrap_or(level);
            tag += &piece.replace('@', &number.to_string());
        }
        tag
    };
    let opened: String = (0..30).map(level).collect();
    format!("{{% set a0 = [1] %}}{opened}{{{{ a30 ~ '' }}}}{}", close.repeat(30))
}

/// Templates too large to keep as files.
fn large() -> Vec<(&'static str, String)> {
    let blocks = |count: usize| (0..count).map(|name| format!("{{% block b{name} %}}{{% endblock %}}")).collect();
    vec![
        ("chain-5k", format!("{{{{ 1{} }}}}", "+1".repeat(2_500))),
        ("chain-100k", format!("{{{{ 1{} }}}}", "+1".repeat(50_000))),
        ("chain-1m", format!("{{{{ 1{} }}}}", "+1".repeat(500_000))),
        ("minus-5k", format!("{{{{ {}1 }}}}", "-".repeat(5_000))),
        ("minus-900", format!("{{{{ {}1 }}}}", "-".repeat(900))),
        ("not-900", format!("{{{{ {}1 }}}}", "not ".repeat(240))),
        ("brackets", format!("{{{{ {}1{} }}}}", "(".repeat(480), ")".repeat(480))),
        ("lists", format!("{{{{ {}1{} }}}}", "[".repeat(480), "]".repeat(480))),
        ("powers", format!("{{{{ 1{} }}}}", "**1".repeat(300))),
        ("keys", format!("{{{{ a{} }}}}", ".b".repeat(450))),
        ("conditions", format!("{{{{ 1{} }}}}", " if 1 else 1".repeat(80))),
        ("subscripts", format!("{{{{ {}1{} }}}}", "a[".repeat(240), "]".repeat(240))),
        ("calls", format!("{{{{ {}1{} }}}}", "a(".repeat(240), ")".repeat(240))),
        ("filters", format!("{{{{ 1{} }}}}", "|list".repeat(190))),
        ("elif", format!("{{% if a %}}{}{{% endif %}}", "{% elif b %}\n".repeat(9_000))),
        ("deep-if", "{% if true %}\n".repeat(9_000)),
        ("deep-for", "{% for x in [1] %}\n".repeat(6_000)),
        ("deep-filter", "{% filter upper %}".repeat(140) + &"{% endfilter %}".repeat(140)),
        ("million-tags", "{{a}}".repeat(1_000_000)),
        ("many-tags", "{{a}}".repeat(6_000)),
        ("many-lines", "{{a}}\n".repeat(20_000)),
        ("many-loops", "{%for a in b%}{%endfor%}\n".repeat(5_000)),
        ("many-macros", "{%macro a()%}{%endmacro%}\n".repeat(4_500) + "{{ x }}"),
        ("many-blocks", blocks(1_000)),
        ("most-blocks", blocks(499) + "{{ x }}"),
        ("many-lists", format!("{{%set a=[{}]%}}\n", "1,".repeat(60)).repeat(900) + "{{ x }}"),
        ("empty-tags", "{##}\n".repeat(25_000)),
        ("comment", format!("{{#{}#}}", "x".repeat(10_000_000))),
        ("open-comment", format!("{{#{}", "x\n".repeat(60_000))),
        ("long-line", "x".repeat(100_000)),
        ("braces", "{\n".repeat(65_000)),
        ("quotes", format!("{{{{ \"{}", "\\\"".repeat(60_000))),
        ("literal", format!("{{{{ {} }}}}", "9".repeat(900))),
        ("straight-nesting", format!("{{% set x = [] %}}\n{}", "{%set x=[x]%}\n".repeat(8_700))),
        ("straight-slices", format!("{{% set x = range(10) %}}\n{}{{{{ x }}}}", "{%set x=x[:9]%}\n".repeat(7_600))),
        ("nested-with", nested("{% with a@=[a@,a@] %}", "{% endwith %}")),
        ("nested-for", nested("{% for a@ in [[a@,a@]] %}", "{% endfor %}")),
        ("include-default", "{% include \"default\" %}\n".repeat(5_000)),
    ]
}

#[test]
#[cfg(target_os = "linux")]
fn a_hostile_template_ends_in_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut paths = files("tests/fixtures/hostile", &["jinja"]);
    for (name, text) in large() {
        let path = folder.path().join(format!("{name}.jinja"));
        std::fs::write(&path, text).expect("written");
        paths.push(path);
    }
    let paths = std::sync::Mutex::new(paths.into_iter());
    let failures = std::sync::Mutex::new(Vec::new());
    let work = || {
        loop {
            let Some(path) = paths.lock().expect("a turn").next() else { break };
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let start = Instant::now();
            let outcome = outcome(&path);
            println!("{:>6} ms {name}: {outcome:?}", start.elapsed().as_millis());
            let is_right = match &outcome {
                Ok(outcome) => outcome.starts_with("a prompt") == HARMLESS.contains(&name.as_str()),
                Err(_) => false,
            };
            if !is_right {
                failures.lock().expect("a turn").push(format!("{name}: {outcome:?}"));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(work);
        }
    });
    let failures = failures.into_inner().expect("all turns");
    assert!(failures.is_empty(), "{failures:#?}");
}

/// What the child said, or how it ended without a word.
fn outcome(path: &std::path::Path) -> Result<String, String> {
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -d 65536; exec \"$0\" \"$@\""])
        .arg(program)
        .args(["--exact", "hostile::render_in_this_process", "--nocapture", "--test-threads=1"])
        .env(FILE, path)
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a child");
    let start = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if start.elapsed() > PATIENCE {
            child.kill().expect("ended");
            child.wait().expect("ended");
            return Err("it does not end".to_owned());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().expect("output");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    // The harness writes before it, on the same line.
    let outcome = shown.lines().find_map(|line| line.split_once("outcome: ").map(|(_, outcome)| outcome.to_owned()));
    outcome.filter(|_| output.status.success()).ok_or_else(|| {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        format!("{}: {}", output.status, errors.lines().last().unwrap_or_default())
    })
}
