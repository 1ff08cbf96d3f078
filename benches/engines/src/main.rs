//! Times the same prompt of the flagship by personas and by bare template engines: alternating, medians of many rounds.
//! Jinja2 is asked where Python has it. Each must write the same words, or there is nothing to compare.

use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use handlebars::{Handlebars, handlebars_helper};
use personas::{Persona, PromptTemplate, Variables};
use serde_json::{Value, json};

const ROUNDS: usize = 2_000;
const JINJA: &str = include_str!("../templates/prompt.jinja");
const HANDLEBARS: &str = include_str!("../templates/prompt.hbs");

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let persona = Persona::read(root.join("../../personas/leon-trotsky.yaml"))?;
    // The engines do not know the places for names that persona text has.
    let filled = serde_json::to_string(&persona)?.replace("{{char}}", &persona.name).replace("{{user}}", "the user");
    let data = json!({ "char": persona.name, "persona": serde_json::from_str::<Value>(&filled)? });

    let ours = PromptTemplate::new(JINJA)?;
    let mut minijinja = minijinja::Environment::new();
    minijinja.set_syntax(minijinja::syntax::SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    minijinja.add_template("prompt", JINJA)?;
    let minijinja_template = minijinja.get_template("prompt")?;
    let minijinja_data = minijinja::Value::from(minijinja::value::Serde(&data));
    let mut tera = tera::Tera::default();
    tera.add_raw_template("prompt", JINJA)?;
    let tera_data = tera::Context::from_serialize(&data)?;
    let mut handlebars = Handlebars::new();
    handlebars_helper!(trim: |text: str| text.trim());
    handlebars.register_helper("trim", Box::new(trim));
    handlebars.register_escape_fn(handlebars::no_escape);
    handlebars.register_template_string("prompt", HANDLEBARS)?;

    // What an app does: from its persona to the prompt. The engines get their data built beforehand.
    let personas = || ours.render(&persona, &Variables::new()).map(|prompt| prompt.to_string()).map_err(Failure::from);
    let engines: [(&str, &dyn Fn() -> Result<String, Failure>); 4] = [
        ("personas, from the persona", &personas),
        ("minijinja, data built beforehand", &|| Ok(minijinja_template.render(&minijinja_data)?)),
        ("tera, data built beforehand", &|| Ok(tera.render("prompt", &tera_data)?)),
        ("handlebars, data built beforehand", &|| Ok(handlebars.render("prompt", &data)?)),
    ];
    let mut times = vec![Vec::with_capacity(ROUNDS); engines.len()];
    let whole = personas()?;
    let expected = words(&whole);
    for (name, render) in &engines {
        assert_eq!(words(&render()?), expected, "{name}");
    }
    for _ in 0..ROUNDS {
        for ((_, render), times) in engines.iter().zip(&mut times) {
            let start = Instant::now();
            black_box(render()?);
            times.push(start.elapsed());
        }
    }
    let medians: Vec<Duration> = times.iter_mut().map(|times| median(times)).collect();
    for ((name, _), time) in engines.iter().zip(&medians) {
        show(name, *time, medians[0]);
    }
    match jinja2(root, &data, &expected) {
        Ok(time) => show("Jinja2, data built beforehand", time, medians[0]),
        Err(why) => println!("Jinja2 is left out: {why}"),
    }
    Ok(())
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn show(name: &str, time: Duration, ours: Duration) {
    println!("{name:36}{:>10.1} µs{:>8.2}×", time.as_secs_f64() * 1e6, time.as_secs_f64() / ours.as_secs_f64());
}

fn jinja2(root: &Path, data: &Value, expected: &[&str]) -> Result<Duration, Failure> {
    let mut python = Command::new("python3")
        .arg(root.join("time_jinja2.py"))
        .arg(root.join("templates/prompt.jinja"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    python.stdin.take().ok_or("no input")?.write_all(data.to_string().as_bytes())?;
    let output = python.wait_with_output()?;
    if !output.status.success() {
        return Err("python3 has no jinja2".into());
    }
    let text = String::from_utf8(output.stdout)?;
    let (prompt, time) = text.trim_end().rsplit_once('\n').ok_or("no time")?;
    assert_eq!(words(prompt), expected, "Jinja2");
    Ok(Duration::from_nanos(time.parse()?))
}
