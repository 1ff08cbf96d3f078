//! The only file that names minijinja.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use minijinja::value::{Value as Jinja, ValueKind};
use minijinja::{AutoEscape, Environment, ErrorKind, Template, UndefinedBehavior, syntax::SyntaxConfig};

use super::context::context;
use super::sections::Blocks;
use super::variables::Variables;
use super::{Prompt, Section};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, brief, nearest, quote};
use crate::error::Error;
use crate::persona::Persona;
use crate::pointer::Pointer;
use crate::source::{Source, Span};
use crate::value::Value;

/// The name that a template extends the built-in one by.
const DEFAULT: &str = "default";
/// The name of the caller's template in the engine, whatever its file is called.
const OWN: &str = "this template";
const DEFAULT_SOURCE: &str = include_str!("templates/default.jinja");

/// Around the built-in template when another extends it: its blocks are then rendered one by one, and where they stand
/// in it, nothing is.
const UNUSED: [&str; 2] = ["{% if false %}", "{% endif %}"];

/// What one rendering may use: about one unit for an instruction or 64 bytes of text.
const FUEL: u64 = 5_000_000;

/// How far blocks, macros and loops may call each other, in the engine's own measure.
const MOST_RECURSION: usize = 40;

/// A prompt template: Jinja whose blocks are the sections of the prompt.
///
/// A template of yours can begin with `{% extends "default" %}` and override blocks of the built-in one: `opening`,
/// `identity`, `personality`, `scenario`, `style`, `topics`, `knowledge`, `relations`, `examples`, `boundaries`,
/// `closing`. It sees `persona`, with every key of the format (an absent text is none, an absent list empty), `char`,
/// `user`, and your [`Variables`].
///
/// Rendering is strict: a variable or key that does not exist is an error, and so is printing none, a list or a map.
/// Persona text is never read as Jinja. Templates themselves are code: take them from people you would take code from.
///
/// ```
/// use personas::{Persona, PromptTemplate, Variables};
///
/// let template = PromptTemplate::new(
///     r#"{% extends "default" %}{% block closing %}Answer in {{ words }} words or fewer.{% endblock %}"#,
/// )?;
/// let ada = Persona::new("Ada", "A guide.");
/// let prompt = template.render(&ada, &Variables::new().set("words", 50))?;
/// assert_eq!(prompt.section("closing"), Some("Answer in 50 words or fewer."));
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PromptTemplate {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    environment: Environment<'static>,
    own: Part,
    built_in: Part,
}

/// A template as the engine knows it.
#[derive(Debug)]
struct Part {
    source: Source,
    /// How many bytes the engine sees before the source.
    offset: usize,
    blocks: Blocks,
}

/// A persona and a template made ready, to be rendered many times and from many threads.
///
/// ```
/// use personas::{Persona, PromptTemplate, Variables};
///
/// let prepared = PromptTemplate::default().prepare(&Persona::new("Ada", "A guide."), &Variables::new())?;
/// assert_eq!(prepared.render()?, prepared.render()?);
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PreparedPrompt {
    template: PromptTemplate,
    context: Jinja,
    greeting: Option<String>,
    reminder: Option<String>,
}

impl Default for PromptTemplate {
    /// The built-in template.
    fn default() -> Self {
        static BUILT_IN: LazyLock<PromptTemplate> = LazyLock::new(|| {
            let source = "{% extends \"default\" %}";
            PromptTemplate::new(source).expect("the built-in template compiles, which a test shows")
        });
        BUILT_IN.clone()
    }
}

impl PromptTemplate {
    /// A template from its source.
    ///
    /// # Errors
    ///
    /// - `{% block a %}` has no `{% endblock %}`, or other syntax is wrong: the error tells line and column.
    /// - A tag is longer than 1,000 bytes, or nested more than 32 deep.
    pub fn new(source: impl Into<String>) -> Result<Self, Error> {
        Self::from_source(Source::new("template.jinja", source))
    }

    /// A template from a named source, such as a file that [`Source::read`] has read.
    ///
    /// # Errors
    ///
    /// As [`PromptTemplate::new`].
    pub fn from_source(source: Source) -> Result<Self, Error> {
        let mut environment = environment();
        let mut add = |name: &'static str, source: Source, wrap: Option<[&str; 2]>| {
            let blocks = Blocks::scan(source.text())
                .map_err(|found| fail(&source, Code::TemplateLimit, found.message, found.range, None))?;
            let [before, after] = wrap.unwrap_or_default();
            environment
                .add_template_owned(name, [before, source.text(), after].concat())
                .map_err(|error| explain(&error, &source, 0, &[]))?;
            Ok::<_, Error>(Part { source, offset: before.len(), blocks })
        };
        let own = add(OWN, source, None)?;
        let unused = own.blocks.extends.then_some(UNUSED);
        let built_in = add(DEFAULT, Source::new(DEFAULT, DEFAULT_SOURCE), unused)?;
        Ok(Self { shared: Arc::new(Shared { environment, own, built_in }) })
    }

    /// Fills a persona in.
    ///
    /// # Errors
    ///
    /// - The template uses `persona.nmae`, or a variable that is not given.
    /// - It prints none, a list or a map.
    /// - It takes too long, or writes too much.
    /// - `variables` sets `persona` or `char`.
    pub fn render(&self, persona: &Persona, variables: &Variables) -> Result<Prompt, Error> {
        self.prepare(persona, variables)?.render()
    }

    /// Makes a persona ready for this template, to be rendered many times.
    ///
    /// # Errors
    ///
    /// `variables` sets `persona` or `char`.
    pub fn prepare(&self, persona: &Persona, variables: &Variables) -> Result<PreparedPrompt, Error> {
        let seen = context(persona, variables.user());
        let text = |key: &str| seen.get(key).and_then(Value::as_str).map(str::to_owned);
        let (greeting, reminder) = (text("greeting"), text("post_history_instructions"));
        let mut names = vec![("user".to_owned(), Jinja::from(variables.user()))];
        for (name, value) in variables.iter() {
            if matches!(name, "persona" | "char") {
                let message = format!("the variable {} belongs to the persona", quote(name));
                return Err(Error::argument(message));
            }
            names.push((name.to_owned(), jinja(value)));
        }
        names.push(("char".to_owned(), Jinja::from(persona.name.as_str())));
        names.push(("persona".to_owned(), jinja(&Value::Map(seen))));
        Ok(PreparedPrompt { template: self.clone(), context: jinja_map(names), greeting, reminder })
    }
}

impl PreparedPrompt {
    /// The prompt.
    ///
    /// # Errors
    ///
    /// As [`PromptTemplate::render`].
    pub fn render(&self) -> Result<Prompt, Error> {
        let shared = &*self.template.shared;
        let system = shared.sections(&self.context).map_err(|error| shared.explain(&error, &self.keys()))?;
        let (greeting, reminder) = (self.greeting.clone(), self.reminder.clone());
        Ok(Prompt { system, greeting, reminder, ..Prompt::default() })
    }

    /// All that a template could mean: its variables, and the keys of the persona and of what is in it.
    fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        collect_keys(&self.context, 0, &mut keys);
        keys
    }
}

fn collect_keys(value: &Jinja, depth: usize, keys: &mut Vec<String>) {
    let inner = match value.kind() {
        ValueKind::Map => value.try_iter(),
        ValueKind::Seq => {
            if let Ok(first) = value.get_item_by_index(0) {
                collect_keys(&first, depth, keys);
            }
            return;
        }
        _ => return,
    };
    for key in inner.into_iter().flatten() {
        if let (Ok(value), true) = (value.get_item(&key), depth < 3) {
            collect_keys(&value, depth + 1, keys);
        }
        keys.push(key.to_string());
    }
}

impl Shared {
    fn sections(&self, context: &Jinja) -> Result<Vec<Section>, minijinja::Error> {
        let template = self.environment.get_template(OWN)?;
        if self.own.blocks.extends {
            self.blocks_of_built_in(&template, context)
        } else {
            self.pieces(&template, context)
        }
    }

    /// The blocks of the built-in template in its order, each as the one that extends it has it.
    fn blocks_of_built_in(
        &self,
        template: &Template<'_, '_>,
        context: &Jinja,
    ) -> Result<Vec<Section>, minijinja::Error> {
        let mut rendered = template.render_captured(context.clone())?;
        let mut sections = Vec::new();
        sections.extend(Section::new("text", rendered.output().to_owned()));
        for name in self.built_in.blocks.names() {
            let text = rendered.with_state_mut(|state| state.render_block(name))?;
            sections.extend(Section::new(name, text));
        }
        Ok(sections)
    }

    /// The text of a template of its own, cut where its blocks begin and end: each piece of it knows the source that
    /// it came from.
    fn pieces(&self, template: &Template<'_, '_>, context: &Jinja) -> Result<Vec<Section>, minijinja::Error> {
        let (text, spans) = template.render_with_spans(context.clone())?;
        let mut pieces: Vec<(&str, Range<usize>)> = Vec::new();
        for span in &spans {
            let part = if span.name() == DEFAULT { &self.built_in } else { &self.own };
            let name = part.blocks.at(span.source_range().start).unwrap_or("text");
            match pieces.last_mut() {
                Some((last, range)) if *last == name => range.end = span.output_range().end,
                _ => pieces.push((name, span.output_range())),
            }
        }
        Ok(pieces.into_iter().filter_map(|(name, range)| Section::new(name, text[range].to_owned())).collect())
    }

    fn explain(&self, error: &minijinja::Error, keys: &[String]) -> Error {
        let error = innermost(error);
        let part = if error.name() == Some(DEFAULT) { &self.built_in } else { &self.own };
        explain(error, &part.source, part.offset, keys)
    }
}

impl Section {
    /// A section, if there is more to it than white space.
    fn new(name: &str, mut text: String) -> Option<Self> {
        text.truncate(text.trim_end().len());
        text.drain(..text.len() - text.trim_start().len());
        (!text.is_empty()).then(|| Self { name: name.to_owned(), text })
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the delimiters are the usual ones"));
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    // By default a block that calls itself overflows 2 MiB of stack in a debug build.
    environment.set_recursion_limit(MOST_RECURSION);
    // For the place of a fault; its dump of variables is never printed.
    environment.set_debug(true);
    environment.remove_global("debug");
    environment.set_formatter(|output, state, value| match value.kind() {
        ValueKind::String | ValueKind::Number | ValueKind::Bool => minijinja::escape_formatter(output, state, value),
        ValueKind::Undefined => Err(ErrorKind::UndefinedError.into()),
        ValueKind::None => Err(minijinja::Error::new(ErrorKind::WriteFailure, "none")),
        ValueKind::Seq | ValueKind::Iterable => Err(minijinja::Error::new(ErrorKind::WriteFailure, "a list")),
        _ => Err(minijinja::Error::new(ErrorKind::WriteFailure, "a map")),
    });
    environment
}

fn jinja(value: &Value) -> Jinja {
    match value {
        Value::Null => Jinja::from(()),
        Value::Bool(bool) => Jinja::from(*bool),
        Value::Integer(number) => Jinja::from(*number),
        Value::Unsigned(number) => Jinja::from(*number),
        Value::Float(number) => Jinja::from(*number),
        Value::Text(text) => Jinja::from(text.as_str()),
        Value::List(list) => list.iter().map(jinja).collect(),
        Value::Map(map) => jinja_map(map.iter().map(|(key, value)| (key.to_owned(), jinja(value)))),
    }
}

fn jinja_map(entries: impl IntoIterator<Item = (String, Jinja)>) -> Jinja {
    Jinja::from_object(entries.into_iter().collect::<BTreeMap<String, Jinja>>())
}

/// A fault within a block is wrapped by where the block is used; the innermost one is what to mend.
fn innermost(error: &minijinja::Error) -> &minijinja::Error {
    let mut inner = error;
    while let Some(next) = inner.source().and_then(|source| source.downcast_ref::<minijinja::Error>()) {
        inner = next;
    }
    inner
}

/// What the engine found wrong, at its place in the template, in our words and without any value.
fn explain(error: &minijinja::Error, source: &Source, offset: usize, keys: &[String]) -> Error {
    let line = source.line(error.line().unwrap_or(1).clamp(1, source.text().lines().count().max(1)));
    let shifted = error.range().map(|range| range.start.saturating_sub(offset)..range.end.saturating_sub(offset));
    let range = shifted.filter(|range| source.text().get(range.clone()).is_some()).unwrap_or(line);
    let written = &source.text()[range.clone()];
    let detail = error.detail().unwrap_or_default();
    let (code, message, help) = match error.kind() {
        ErrorKind::UndefinedError => {
            // For a condition, the engine names the whole of it.
            let written = written.trim_start_matches("if ").trim_start_matches("elif ");
            let name = written.rsplit(|character: char| !character.is_alphanumeric() && character != '_').next();
            let meant = name.and_then(|name| nearest(name, keys.iter().map(String::as_str)));
            let help = meant.map(|meant| format!("did you mean {}?", quote(meant)));
            (Code::UndefinedVariable, format!("{} is not defined", quote(written)), help)
        }
        ErrorKind::WriteFailure => (
            Code::UnprintableValue,
            format!("{} is {detail}, which has no text of its own", quote(written)),
            Some("test it with `if`, loop over it, or join it".to_owned()),
        ),
        ErrorKind::OutOfFuel => {
            (Code::TemplateLimit, "the template takes too long or writes too much".to_owned(), None)
        }
        ErrorKind::SyntaxError => (Code::TemplateSyntax, brief(detail), None),
        ErrorKind::TemplateNotFound => {
            let message = format!("there is no template to {}", brief(written));
            (Code::TemplateFailure, message, Some("a template can extend or include `default`".to_owned()))
        }
        kind @ (ErrorKind::UnknownFilter
        | ErrorKind::UnknownFunction
        | ErrorKind::UnknownTest
        | ErrorKind::UnknownMethod
        | ErrorKind::UnknownBlock) => (Code::TemplateFailure, format!("{kind} in {}", quote(written)), None),
        // A detail of any other kind can hold a value, which may be somebody's secret.
        kind => (Code::TemplateFailure, brief(&kind.to_string()), None),
    };
    fail(source, code, message, range, help)
}

fn fail(source: &Source, code: Code, message: String, range: Range<usize>, help: Option<String>) -> Error {
    let mut found = Diagnostic::new(code, message, Pointer::root(), Span::new(range));
    found.help.extend(help);
    let mut findings = Diagnostics::new(Arc::new(source.clone()), 1);
    findings.push(found);
    Error::template(findings)
}
