//! The only file that names minijinja.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error as _;
use std::ops::Range;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Rest, Value as Jinja, ValueKind, ValueOrKwargs};
use minijinja::{AutoEscape, Environment, ErrorKind, State, Template, UndefinedBehavior, syntax::SyntaxConfig};

use super::built_in;
use super::guard::{CHECK, CHECK_INNER, Guarded};
use super::loader::Loader;
use super::parts::{Parts, fail};
use crate::diagnostic::{Code, brief, nearest, quote};
use crate::error::Error;
use crate::persona::Persona;
use crate::prompt::Section;
use crate::prompt::context::{Node, context};
use crate::prompt::variables::Variables;
use crate::source::{Source, Span};
use crate::value::{Map, Value};

/// The name of the caller's template in the engine, whatever its file is called.
const OWN: &str = "this template";

/// Around a built-in template when another extends it: its blocks are then rendered one by one, and where they stand
/// in it, nothing is.
const UNUSED: [&str; 2] = ["{% if false %}", "{% endif %}"];

/// What one rendering may use: one unit for an instruction or 64 bytes of text that is made or read.
const FUEL: u64 = 100_000;

/// What it may use beside that for each byte of the persona and the variables, so that a persona of many entries can be
/// written out whole, and a small one cannot be made to fill the memory.
const FUEL_PER_KIBIBYTE: u64 = 256;

/// What the engine says of limits of its own.
const LIMITS: [&str; 3] =
    ["recursion limit exceeded", "repeated string is too large", "repeated sequence is too large"];

/// How far blocks, macros and loops may call each other, in the engine's own measure.
const MOST_RECURSION: usize = 40;

/// The most items of a range, as the engine has it.
const LONGEST_RANGE: usize = 100_000;

/// What a template can give a name to: values and levels of a list or map that it makes itself, and bytes of a text.
const MOST_VALUES: usize = 256;
/// How many of the persona's entries count as one value: they have been read and are not copied, and a list of questions
/// that is sorted or filtered should have room for all of them.
const GIVEN_PER_VALUE: usize = 64;
const MOST_LEVELS: usize = 8;
const LONGEST_TEXT: usize = 256 << 10;

/// What it costs to give a name to a value: comparing lists that hold lists is not counted, and this bounds how often it
/// can be done.
const FUEL_FOR_NAME: u64 = 8;

/// A compiled template, and those that it uses.
#[derive(Debug)]
pub(in crate::prompt) struct Engine {
    environment: Environment<'static>,
    parts: Parts,
    /// What the engine was given for each part.
    guarded: Vec<Guarded>,
}

/// What a template can name, built once and cheap to change in a few places.
#[derive(Debug, Clone)]
pub(in crate::prompt) struct Scope {
    variables: BTreeMap<String, Jinja>,
    persona: BTreeMap<String, Jinja>,
    /// About how much memory all of it takes up.
    bytes: usize,
}

impl Scope {
    /// What a template can name for a persona.
    pub(in crate::prompt) fn of(persona: &Persona, variables: &Variables) -> Result<Self, Error> {
        let seen = context::<Jinja>(persona, variables.user());
        Self::with(&persona.name, seen.into_iter().map(|(key, value)| (key.to_owned(), value)), variables)
    }

    /// The same for data that may differ from what the persona has.
    pub(in crate::prompt) fn new(char: &str, persona: &Map, variables: &Variables) -> Result<Self, Error> {
        Self::with(char, persona.iter().map(|(key, value)| (key.to_owned(), jinja(value))), variables)
    }

    fn with(char: &str, persona: impl Iterator<Item = (String, Jinja)>, variables: &Variables) -> Result<Self, Error> {
        let mut names = BTreeMap::from([("user".to_owned(), Jinja::from(variables.user()))]);
        for (name, value) in variables.iter() {
            if matches!(name, "persona" | "char") {
                return Err(Error::argument(format!("the variable {} belongs to the persona", quote(name))));
            }
            names.insert(name.to_owned(), jinja(value));
        }
        names.insert("char".to_owned(), Jinja::from(char));
        let persona: BTreeMap<String, Jinja> = persona.collect();
        let bytes = persona.values().chain(names.values()).map(size).sum();
        Ok(Self { variables: names, persona, bytes })
    }

    /// The same, with no more of one of the persona's lists than some of its items.
    pub(in crate::prompt) fn with_items(mut self, list: &str, items: &[usize]) -> Self {
        if let Some(whole) = self.persona.get_mut(list) {
            let chosen: Vec<Jinja> = items.iter().filter_map(|&item| whole.get_item_by_index(item).ok()).collect();
            *whole = Jinja::from_object(Given(chosen));
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
        let mut all = Vec::new();
        for part in parts.iter() {
            let guarded = if built_in::source(&part.name).is_none() {
                Guarded::new(part.source.text())
            } else if parts.ends_in_built_in && part.name == parts.root().name {
                Guarded::trusted(part.source.text(), UNUSED)
            } else {
                Guarded::trusted(part.source.text(), ["", ""])
            };
            // As it stands first, so that a fault of syntax is told in the author's own text.
            let text = part.source.text().to_owned();
            let added = environment.add_template_owned(part.name.clone(), text).map_err(|error| (error, None));
            let added = added.and_then(|()| {
                if guarded.text == part.source.text() {
                    return Ok(());
                }
                let text = guarded.text.clone();
                let added = environment.add_template_owned(part.name.clone(), text);
                added.map_err(|error| (error, Some(&guarded)))
            });
            added.map_err(|(error, guarded)| explain(&error, &part.source, guarded, &[]))?;
            all.push(guarded);
        }
        Ok(Self { environment, parts, guarded: all })
    }

    /// The template and all that it uses, each source once.
    pub(super) fn parts(&self) -> &Parts {
        &self.parts
    }

    pub(super) fn has_filter(&self, name: &str) -> bool {
        let found = self.environment.empty_state().apply_filter(name, &[]);
        found.err().is_none_or(|error| error.kind() != ErrorKind::UnknownFilter)
    }

    pub(super) fn has_test(&self, name: &str) -> bool {
        let found = self.environment.empty_state().perform_test(name, &[]);
        found.err().is_none_or(|error| error.kind() != ErrorKind::UnknownTest)
    }

    /// The sections that are wanted by name, in the order of the template; the others are not even rendered, where that
    /// can be.
    pub(in crate::prompt) fn sections(
        &self,
        scope: Scope,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<Section>, Error> {
        let environment = self.environment_for(scope.bytes);
        let context = scope.into_value();
        let own = self.parts.iter().next().map_or(OWN, |part| &part.name);
        let rendered = guarded_from_panics(|| {
            let template = environment.get_template(own)?;
            if self.parts.ends_in_built_in {
                self.blocks_of_built_in(&template, &context, &is_wanted)
            } else {
                self.pieces(&template, &context, &is_wanted)
            }
        });
        rendered.map_err(|error| {
            let error = innermost(&error);
            let index = self.parts.position(error.name().unwrap_or(own)).unwrap_or(0);
            let mut keys = Vec::new();
            collect_keys(&context, 0, &mut keys);
            explain(error, &self.parts[index].source, Some(&self.guarded[index]), &keys)
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
            sections.extend(Section::trimmed(Section::OUTSIDE, rendered.output().to_owned()));
        }
        for name in self.parts.root().blocks.names().filter(|name| is_wanted(name)) {
            let text = rendered.with_state_mut(|state| state.render_block(name))?;
            sections.extend(Section::trimmed(name, text));
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
                let index = self.parts.position(span.name()).unwrap_or(0);
                let byte = self.guarded[index].source_range(span.source_range()).start;
                last = Some((span.name(), byte));
                included = None;
                self.parts.section(span.name(), byte)
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
        Ok(wanted.filter_map(|(name, range)| Section::trimmed(name, text[range].to_owned())).collect())
    }
}

/// In a debug build, the engine panics on some numbers that are too large, such as the step of a slice.
fn guarded_from_panics<T>(render: impl FnOnce() -> Result<T, minijinja::Error>) -> Result<T, minijinja::Error> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(render))
        .unwrap_or_else(|_| Err(ErrorKind::InvalidOperation.into()))
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
    environment.remove_filter("pprint");
    environment.add_filter("string", |value: &Jinja| match value.kind() {
        ValueKind::Undefined => Err(ErrorKind::UndefinedError.into()),
        _ if value.as_object().is_some() => Err(minijinja::Error::new(ErrorKind::WriteFailure, kind_of(value))),
        _ => Ok(value.to_string()),
    });
    environment.add_filter("format", format);
    environment.add_filter("inert", |text: Cow<'_, str>| built_in::inert(&text).into_owned());
    environment.add_filter("paragraph", |text: Cow<'_, str>| built_in::paragraph(&text).to_owned());
    environment.add_function("range", range);
    environment.add_function("namespace", namespace);
    environment.add_filter(CHECK, kept);
    environment.add_filter(CHECK_INNER, kept_within);
    environment.set_formatter(|output, state, value| match value.kind() {
        ValueKind::String | ValueKind::Number | ValueKind::Bool => minijinja::escape_formatter(output, state, value),
        ValueKind::Undefined => Err(ErrorKind::UndefinedError.into()),
        ValueKind::None => Err(minijinja::Error::new(ErrorKind::WriteFailure, "none")),
        _ => Err(minijinja::Error::new(ErrorKind::WriteFailure, kind_of(value))),
    });
    environment
}

fn kind_of(value: &Jinja) -> &'static str {
    match value.kind() {
        ValueKind::Seq | ValueKind::Iterable => "a list",
        _ => "a map",
    }
}

/// The engine's own `range` tells no limit from another fault, and a debug build of it panics on a great step.
fn range(first: i64, end: Option<i64>, step: Option<i64>) -> Result<Jinja, minijinja::Error> {
    let (start, end) = end.map_or((0, first), |end| (first, end));
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(minijinja::Error::new(ErrorKind::InvalidOperation, "a step of 0"));
    }
    let distance = (i128::from(end) - i128::from(start)) * i128::from(step.signum());
    let length = distance.max(0).unsigned_abs().div_ceil(u128::from(step.unsigned_abs()));
    match usize::try_from(length) {
        Ok(length) if length <= LONGEST_RANGE => {
            let numbers =
                move || std::iter::successors(Some(start), move |number| number.checked_add(step)).take(length);
            Ok(Jinja::make_iterable(numbers))
        }
        _ => Err(minijinja::Error::new(ErrorKind::OutOfFuel, "a range has at most 100,000 numbers")),
    }
}

/// The engine's own `format` does not count what it copies before it is done.
fn format(state: &mut State, text: &Jinja, arguments: Rest<ValueOrKwargs>) -> Result<Jinja, minijinja::Error> {
    let length = |value: &Jinja| value.as_str().map_or(64, str::len);
    let mut longest = 0;
    for argument in arguments.iter() {
        longest = longest.max(length(argument));
        if argument.kind() == ValueKind::Map {
            for key in argument.try_iter()? {
                longest = longest.max(length(&argument.get_item(&key)?));
            }
        }
    }
    let places = text.as_str().map_or(0, |text| text.matches('%').count());
    state.consume_fuel(places.saturating_mul(longest) as u64 / 64)?;
    minijinja::filters::format(state, text, arguments)
}

/// A namespace that holds nothing that could not be put into it later.
fn namespace(state: &State, values: Option<ValueOrKwargs>) -> Result<Jinja, minijinja::Error> {
    for value in values.iter().filter(|value| value.kind() == ValueKind::Map) {
        for key in value.try_iter()? {
            kept_within(state, &value.get_item(&key)?)?;
        }
    }
    minijinja::functions::namespace(values)
}

/// A value that a template gives a name to.
fn kept(state: &State, value: &Jinja) -> Result<Jinja, minijinja::Error> {
    state.consume_fuel(FUEL_FOR_NAME)?;
    match value.kind() {
        ValueKind::String if value.as_str().is_some_and(|text| text.len() > LONGEST_TEXT) => Err(too_much()),
        ValueKind::Seq | ValueKind::Iterable if !is_given(value) => kept_within(state, value),
        ValueKind::Map if value.downcast_object_ref::<ValueMap>().is_some() => kept_within(state, value),
        // A namespace, a macro, the loop, or what the caller gave.
        _ => Ok(value.clone()),
    }
}

fn too_much() -> minijinja::Error {
    minijinja::Error::new(ErrorKind::OutOfFuel, "a template cannot keep a list, map or text as large as this")
}

/// A value that is kept within another.
fn kept_within(state: &State, value: &Jinja) -> Result<Jinja, minijinja::Error> {
    let mut room = MOST_VALUES * GIVEN_PER_VALUE;
    let kept = copy(value, MOST_LEVELS, &mut room)?;
    state.consume_fuel((MOST_VALUES - room / GIVEN_PER_VALUE) as u64 / 2)?;
    Ok(kept)
}

/// The same value, with lists that are not computed item by item each time.
fn copy(value: &Jinja, levels: usize, room: &mut usize) -> Result<Jinja, minijinja::Error> {
    let is_given = is_given(value);
    *room = room.checked_sub(if is_given { 1 } else { GIVEN_PER_VALUE }).ok_or_else(too_much)?;
    if value.as_str().is_some_and(|text| text.len() > LONGEST_TEXT) {
        return Err(too_much());
    }
    if value.as_object().is_none() || is_given {
        return Ok(value.clone());
    }
    let levels = levels.checked_sub(1).ok_or_else(too_much)?;
    if let Some(map) = value.downcast_object_ref::<ValueMap>() {
        let mut copied = ValueMap::new();
        for (key, value) in map {
            copied.insert(copy(key, levels, room)?, copy(value, levels, room)?);
        }
        return Ok(Jinja::from_object(copied));
    }
    match value.kind() {
        ValueKind::Seq | ValueKind::Iterable => {
            let mut items = Vec::new();
            for item in value.try_iter()? {
                items.push(copy(&item, levels, room)?);
            }
            Ok(Jinja::from(items))
        }
        // One namespace within another could hold itself.
        _ => Err(minijinja::Error::new(ErrorKind::InvalidOperation, "only text, numbers, lists and maps can be kept")),
    }
}

/// A map that a template makes.
type ValueMap = BTreeMap<Jinja, Jinja>;

/// Whether a value is the caller's, which no template made.
fn is_given(value: &Jinja) -> bool {
    value.downcast_object_ref::<Given>().is_some()
        || value.downcast_object_ref::<StaticMap>().is_some()
        || value.downcast_object_ref::<BTreeMap<String, Jinja>>().is_some()
}

/// A list of the caller's.
#[derive(Debug)]
struct Given(Vec<Jinja>);

impl Object for Given {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Jinja) -> Option<Jinja> {
        self.0.get(key.as_usize()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.0.len())
    }
}

/// About how much memory a value takes up.
fn size(value: &Jinja) -> usize {
    let inner = if let Some(text) = value.as_str() {
        text.len()
    } else if let Some(Given(list)) = value.downcast_object_ref() {
        list.iter().map(size).sum()
    } else if let Some(map) = value.downcast_object_ref::<StaticMap>() {
        map.values().map(size).sum()
    } else if let Some(map) = value.downcast_object_ref::<BTreeMap<String, Jinja>>() {
        map.values().map(size).sum()
    } else {
        0
    };
    inner + size_of::<Jinja>()
}

/// A map of the persona: its keys are the format's.
type StaticMap = BTreeMap<&'static str, Jinja>;

impl Node for Jinja {
    fn none() -> Self {
        Self::from(())
    }

    fn text(text: &str) -> Self {
        Self::from(text)
    }

    fn list(items: Vec<Self>) -> Self {
        Self::from_object(Given(items))
    }

    fn map<const N: usize>(entries: [(&'static str, Self); N]) -> Self {
        Self::from_object(StaticMap::from(entries))
    }

    fn data(data: &Map) -> Self {
        jinja_map(data.iter().map(|(key, value)| (key.to_owned(), jinja(value))))
    }
}

fn jinja(value: &Value) -> Jinja {
    match value {
        Value::Null => Jinja::from(()),
        Value::Bool(bool) => Jinja::from(*bool),
        Value::Integer(number) => Jinja::from(*number),
        Value::Unsigned(number) => Jinja::from(*number),
        Value::Float(number) => Jinja::from(*number),
        Value::Text(text) => Jinja::from(text.as_str()),
        Value::List(list) => Jinja::from_object(Given(list.iter().map(jinja).collect())),
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
fn explain(error: &minijinja::Error, source: &Source, guarded: Option<&Guarded>, keys: &[String]) -> Error {
    let line = source.line(error.line().unwrap_or(1).clamp(1, source.text().lines().count().max(1)));
    let range = error.range().map(|range| match guarded {
        Some(guarded) => guarded.source_range(range),
        None => range,
    });
    let range = range.filter(|range| source.text().get(range.clone()).is_some()).unwrap_or(line);
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
            // The engine says no more; what is said is ours.
            let general = "the template takes too long or writes too much";
            (Code::TemplateLimit, if detail.is_empty() { general } else { detail }.to_owned(), None)
        }
        // These the engine tells by their words alone.
        ErrorKind::InvalidOperation if LIMITS.contains(&detail) => {
            (Code::TemplateLimit, format!("the template asks for too much: {detail}"), None)
        }
        ErrorKind::SyntaxError => (Code::TemplateSyntax, brief(detail), None),
        ErrorKind::TemplateNotFound => {
            let message = format!("there is no template by {}", quote(written));
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
