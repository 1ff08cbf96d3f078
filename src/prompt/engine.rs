//! The only file that names minijinja.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error as _;
use std::ops::Range;

use minijinja::value::{Value as Jinja, ValueKind};
use minijinja::{AutoEscape, Environment, ErrorKind, Template, UndefinedBehavior, syntax::SyntaxConfig};

use super::Section;
use super::built_in;
use super::loader::Loader;
use super::parts::{Part, Parts, fail};
use super::variables::Variables;
use crate::diagnostic::{Code, brief, nearest, quote};
use crate::error::Error;
use crate::source::{Source, Span};
use crate::value::{Map, Value};

/// The name of the caller's template in the engine, whatever its file is called.
const OWN: &str = "this template";

/// Around a built-in template when another extends it: its blocks are then rendered one by one, and where they stand
/// in it, nothing is.
const UNUSED: [&str; 2] = ["{% if false %}", "{% endif %}"];

/// What one rendering may use: one unit for an instruction or 64 bytes of text that is made or read.
const FUEL: u64 = 300_000;

/// What it may use beside that for each byte of the persona and the variables, so that a persona of many entries can be
/// written out whole, and a small one cannot be made to fill the memory.
const FUEL_PER_KIBIBYTE: u64 = 256;

/// How far blocks, macros and loops may call each other, in the engine's own measure.
const MOST_RECURSION: usize = 40;

/// A compiled template, and those that it uses.
#[derive(Debug)]
pub(super) struct Engine {
    environment: Environment<'static>,
    parts: Parts,
}

/// What a template can name, built once and cheap to change in a few places.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    variables: BTreeMap<String, Jinja>,
    persona: BTreeMap<String, Jinja>,
    /// About how much memory all of it takes up.
    bytes: usize,
}

impl Scope {
    pub(super) fn new(char: &str, persona: &Map, variables: &Variables) -> Result<Self, Error> {
        let mut names = BTreeMap::from([("user".to_owned(), Jinja::from(variables.user()))]);
        for (name, value) in variables.iter() {
            if matches!(name, "persona" | "char") {
                return Err(Error::argument(format!("the variable {} belongs to the persona", quote(name))));
            }
            names.insert(name.to_owned(), jinja(value));
        }
        names.insert("char".to_owned(), Jinja::from(char));
        let values = persona.iter().chain(variables.iter()).map(|(_, value)| size(value));
        let bytes = values.sum();
        let persona = persona.iter().map(|(key, value)| (key.to_owned(), jinja(value))).collect();
        Ok(Self { variables: names, persona, bytes })
    }

    /// The same, with no more of one of the persona's lists than some of its items.
    pub(super) fn with_items(mut self, list: &str, items: &[usize]) -> Self {
        if let Some(whole) = self.persona.get_mut(list) {
            let chosen: Vec<Jinja> = items.iter().filter_map(|&item| whole.get_item_by_index(item).ok()).collect();
            *whole = Jinja::from(chosen);
        }
        self
    }

    fn into_value(self) -> Jinja {
        let Self { mut variables, persona, .. } = self;
        variables.insert("persona".to_owned(), Jinja::from_object(persona));
        Jinja::from_object(variables)
    }
}

impl Engine {
    /// A template that knows no other but the built-in ones.
    pub(super) fn compile(source: Source) -> Result<Self, Error> {
        Self::compile_with(OWN, source, &Loader::none())
    }

    /// A template by the name that others use for it, and those that the loader finds for it.
    pub(super) fn compile_with(name: &str, source: Source, loader: &Loader) -> Result<Self, Error> {
        let parts = Parts::gather(name, source, loader)?;
        let mut environment = environment();
        for part in parts.iter() {
            let [before, after] = if is_unused(&parts, part) { UNUSED } else { Default::default() };
            environment
                .add_template_owned(part.name.clone(), [before, part.source.text(), after].concat())
                .map_err(|error| explain(&error, &part.source, 0, &[]))?;
        }
        Ok(Self { environment, parts })
    }

    /// The template and all that it uses, each source once.
    pub(super) fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The sections that are wanted by name, in the order of the template; the others are not even rendered, where that
    /// can be.
    pub(super) fn sections(&self, scope: Scope, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Section>, Error> {
        let environment = self.environment_for(scope.bytes);
        let context = scope.into_value();
        let own = self.parts.iter().next().map_or(OWN, |part| &part.name);
        let rendered = environment.get_template(own).and_then(|template| {
            if self.parts.ends_in_built_in {
                self.blocks_of_built_in(&template, &context, &is_wanted)
            } else {
                self.pieces(&template, &context, &is_wanted)
            }
        });
        rendered.map_err(|error| {
            let error = innermost(&error);
            let part = self.parts.get(error.name().unwrap_or(own));
            let offset = if is_unused(&self.parts, part) { UNUSED[0].len() } else { 0 };
            let mut keys = Vec::new();
            collect_keys(&context, 0, &mut keys);
            explain(error, &part.source, offset, &keys)
        })
    }

    /// The engine, with as much fuel as this many bytes of data call for.
    fn environment_for(&self, bytes: usize) -> Cow<'_, Environment<'static>> {
        let more = (bytes as u64 >> 10).saturating_mul(FUEL_PER_KIBIBYTE);
        if more <= FUEL / 4 {
            return Cow::Borrowed(&self.environment);
        }
        let mut environment = self.environment.clone();
        environment.set_fuel(Some(FUEL.saturating_add(more)));
        Cow::Owned(environment)
    }

    /// The blocks of the built-in template in its order, each as the ones that extend it have it.
    fn blocks_of_built_in(
        &self,
        template: &Template<'_, '_>,
        context: &Jinja,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Section>, minijinja::Error> {
        let mut rendered = template.render_captured(context.clone())?;
        let mut sections = Vec::new();
        if is_wanted(Section::OUTSIDE) {
            sections.extend(Section::new(Section::OUTSIDE, rendered.output().to_owned()));
        }
        for name in self.parts.root().blocks.names().filter(|name| is_wanted(name)) {
            let text = rendered.with_state_mut(|state| state.render_block(name))?;
            sections.extend(Section::new(name, text));
        }
        Ok(sections)
    }

    /// The text of a template of its own, cut where its blocks begin and end: each piece of it knows the source that
    /// it came from.
    fn pieces(
        &self,
        template: &Template<'_, '_>,
        context: &Jinja,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Section>, minijinja::Error> {
        let (text, spans) = template.render_with_spans(context.clone())?;
        let mut pieces: Vec<(&str, Range<usize>)> = Vec::new();
        // Where the template itself last wrote; and where the text of an included one belongs, until it does again.
        let mut last = None;
        let mut included: Option<(&str, Option<&str>)> = None;
        for span in &spans {
            let name = if self.parts.is_in_chain(span.name()) {
                last = Some((span.name(), span.source_range().start));
                included = None;
                self.parts.section(span.name(), span.source_range().start)
            } else {
                match included {
                    Some((part, section)) if part == span.name() => section,
                    _ => {
                        let section = self.parts.including(span.name(), last);
                        included = Some((span.name(), section));
                        section
                    }
                }
            };
            let name = name.unwrap_or(Section::OUTSIDE);
            match pieces.last_mut() {
                Some((last, range)) if *last == name => range.end = span.output_range().end,
                _ => pieces.push((name, span.output_range())),
            }
        }
        let wanted = pieces.into_iter().filter(|(name, _)| is_wanted(name));
        Ok(wanted.filter_map(|(name, range)| Section::new(name, text[range].to_owned())).collect())
    }
}

/// Whether only the blocks of a part are used.
fn is_unused(parts: &Parts, part: &Part) -> bool {
    parts.ends_in_built_in && part.name == parts.root().name
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

/// About how much memory a value takes up.
fn size(value: &Value) -> usize {
    let inner = match value {
        Value::Text(text) => text.len(),
        Value::List(list) => list.iter().map(size).sum(),
        Value::Map(map) => map.iter().map(|(_, value)| size(value)).sum(),
        _ => 0,
    };
    inner + size_of::<Value>()
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
            (Code::TemplateFailure, message, Some(built_in::help()))
        }
        kind @ (ErrorKind::UnknownFilter
        | ErrorKind::UnknownFunction
        | ErrorKind::UnknownTest
        | ErrorKind::UnknownMethod
        | ErrorKind::UnknownBlock) => (Code::TemplateFailure, format!("{kind} in {}", quote(written)), None),
        // A detail of any other kind can hold a value, which may be somebody's secret.
        kind => (Code::TemplateFailure, brief(&kind.to_string()), None),
    };
    fail(source, code, message, Span::new(range), help)
}
