use std::collections::{HashMap, HashSet};

use super::engine::Engine;
use super::full::full;
use super::parts::Part;
use super::shape::Shape;
use super::tag::{Tag, Tags};
use super::token::{Kind, Token, bound, is_open_set};
use crate::diagnostic::{Code, Diagnostic, nearest, quote};
use crate::pointer::Pointer;
use crate::prompt::context::seen;
use crate::prompt::variables::Variables;
use crate::source::Span;

/// What the engine itself has names for.
const GLOBALS: [&str; 7] = ["range", "dict", "namespace", "self", "super", "caller", "varargs"];

const LOOP: &[&str] =
    &["index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "previtem", "nextitem"];

/// Words that are no names.
const WORDS: [&str; 17] = [
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "else",
    "true",
    "false",
    "none",
    "True",
    "False",
    "None",
    "recursive",
    "scoped",
    "required",
    "as",
];

/// Filters that give a list of the same items, and those that give one of them.
const SAME_ITEMS: [&str; 8] = ["sort", "reverse", "list", "unique", "selectattr", "rejectattr", "select", "reject"];
const ONE_ITEM: [&str; 4] = ["first", "last", "min", "max"];

/// A walk through one template, which knows what each name stands for.
///
/// It sees what is written out: `a.b`, `a["b"]`, and the items of a list that a loop goes through. It does not see what a
/// macro is called with, what comes out of an operator or of most filters, nor a key that is computed; of those it says
/// nothing.
pub(super) struct Walk<'p> {
    engine: &'p Engine,
    part: &'p Part,
    scopes: Vec<HashMap<&'p str, Shape>>,
    /// Names whose shape is known from outside.
    given: HashMap<String, Shape>,
    /// Names that some place gives a value to which may be seen here: another template, or this one further down.
    elsewhere: HashSet<String>,
    /// Paths that the template asks whether they are there.
    asked: HashSet<String>,
    findings: Vec<Diagnostic>,
    unknown: HashSet<String>,
}

impl<'p> Walk<'p> {
    pub(super) fn new(engine: &'p Engine, index: usize, variables: &Variables) -> Self {
        let parts = engine.parts();
        let mut given: HashMap<String, Shape> =
            variables.iter().map(|(name, value)| (name.to_owned(), Shape::of(value))).collect();
        given.insert("persona".to_owned(), Shape::of_map(&seen(&full(), "the user")));
        for name in ["char", "user"] {
            given.insert(name.to_owned(), Shape::Plain);
        }
        for name in GLOBALS {
            given.insert(name.to_owned(), Shape::Any);
        }
        // An included template sees what stands around the tag that includes it, loops and all.
        let is_included = !parts.is_in_chain(&parts[index].name);
        let mut elsewhere = HashSet::new();
        for (other, part) in parts.iter().enumerate() {
            let mut depth = 0_usize;
            for tag in Tags::of(part.source.text()).filter(Tag::is_statement) {
                let word = tag.word();
                if matches!(word, "for" | "with" | "macro" | "call" | "block") {
                    depth += 1;
                } else if matches!(word, "endfor" | "endwith" | "endmacro" | "endcall" | "endblock") {
                    depth = depth.saturating_sub(1);
                }
                if depth == 0 || word == "macro" || (other != index && is_included) {
                    let tokens = Token::of(&tag);
                    elsewhere.extend(bound(&tokens).iter().map(|(name, _)| name.text.to_owned()));
                    elsewhere.extend(introduced(&tokens).map(str::to_owned));
                }
            }
        }
        let mut walk = Self {
            engine,
            part: &parts[index],
            scopes: vec![HashMap::new()],
            given,
            elsewhere,
            asked: HashSet::new(),
            findings: Vec::new(),
            unknown: HashSet::new(),
        };
        walk.ask();
        walk
    }

    /// Notes what is asked for with `is defined`, or has a `default`.
    fn ask(&mut self) {
        for tag in Tags::of(self.part.source.text()) {
            let tokens = Token::of(&tag);
            for start in (0..tokens.len()).filter(|&start| is_reference(&tokens, start)) {
                let (end, _) = chain(&tokens, start);
                let next = |offset: usize| tokens.get(end + offset).map_or("", |token| token.text);
                let is_asked = match next(0) {
                    "is" => {
                        matches!(next(1), "defined" | "undefined")
                            || next(1) == "not" && matches!(next(2), "defined" | "undefined")
                    }
                    "|" => matches!(next(1), "default" | "d"),
                    _ => false,
                };
                if is_asked {
                    self.asked.insert(written(&tokens[start..end]));
                }
            }
        }
    }

    pub(super) fn findings(mut self, unknown: &mut HashSet<String>) -> Vec<Diagnostic> {
        for tag in Tags::of(self.part.source.text()) {
            let tokens = Token::of(&tag);
            if tag.is_statement() {
                self.statement(&tokens);
            } else {
                self.expression(&tokens);
            }
        }
        unknown.extend(self.unknown);
        self.findings
    }

    fn statement(&mut self, tokens: &[Token<'p>]) {
        let Some((word, rest)) = tokens.split_first() else { return };
        match word.text {
            "set" => {
                let names = bound(tokens);
                let equals = rest.iter().position(|token| token.is_sign("=")).filter(|_| !is_open_set(tokens));
                let value = equals.map(|at| &rest[at + 1..]);
                self.expression(value.unwrap_or_default());
                let shape = value.map_or(Shape::Plain, |value| self.shape(value));
                if let [(name, None)] = names.as_slice() {
                    self.bind(name.text, shape);
                } else {
                    self.bind_all(&names, &Shape::Any);
                }
            }
            "for" => {
                let after = rest.iter().position(|token| token.text == "in").map_or(rest.len(), |at| at + 1);
                let tail = rest[after..].iter().position(|token| matches!(token.text, "if" | "recursive"));
                let (list, tail) = rest[after..].split_at(tail.unwrap_or(rest.len() - after));
                self.expression(list);
                let item = self.shape(list).item();
                self.scopes.push(HashMap::new());
                let names = bound(tokens);
                let item = if names.len() == 1 { item } else { Shape::Any };
                self.bind_all(&names, &item);
                self.bind_loop();
                self.expression(tail);
            }
            "with" | "call" => {
                // The names are seen in the values of a call only, where no fault comes of it.
                self.scopes.push(HashMap::new());
                self.bind_all(&bound(tokens), &Shape::Any);
                self.expression(rest);
            }
            "macro" => {
                if let Some(name) = rest.first() {
                    self.bind(name.text, Shape::Any);
                }
                self.scopes.push(HashMap::new());
                self.bind_all(&bound(tokens), &Shape::Any);
                self.expression(rest.get(1..).unwrap_or_default());
            }
            "block" => self.scopes.push(HashMap::new()),
            "endfor" | "endwith" | "endcall" | "endmacro" | "endblock" if self.scopes.len() > 1 => {
                self.scopes.pop();
            }
            "import" | "from" => {
                for name in introduced(tokens) {
                    self.bind(name, Shape::Any);
                }
            }
            "include" | "extends" => {
                let end = rest.iter().position(|token| matches!(token.text, "ignore" | "with" | "without"));
                self.expression(&rest[..end.unwrap_or(rest.len())]);
            }
            "if" | "elif" | "autoescape" => self.expression(rest),
            // The first word is a filter.
            "filter" => self.expression(rest.get(1..).unwrap_or_default()),
            _ => {}
        }
    }

    fn bind(&mut self, name: &'p str, shape: Shape) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name, shape);
        }
    }

    /// Binds those that are names of their own, not attributes.
    fn bind_all(&mut self, names: &[(Token<'p>, Option<Token<'p>>)], shape: &Shape) {
        for (name, _) in names.iter().filter(|(_, attribute)| attribute.is_none()) {
            self.bind(name.text, shape.clone());
        }
    }

    fn bind_loop(&mut self) {
        let Shape::Map(mut entries) = Shape::plain(LOOP) else { return };
        let methods = ["cycle", "changed", "previtem", "nextitem"];
        entries.retain(|(key, _)| !methods.contains(&key.as_str()));
        entries.extend(methods.map(|method| (method.to_owned(), Shape::Any)));
        self.bind("loop", Shape::Map(entries));
    }

    /// Looks at every name in an expression.
    fn expression(&mut self, tokens: &[Token<'p>]) {
        for (at, token) in tokens.iter().enumerate().skip(1).filter(|(_, token)| token.is_name()) {
            let is_test =
                tokens[at - 1].text == "is" || tokens[at - 1].text == "not" && at > 1 && tokens[at - 2].text == "is";
            let what = match () {
                () if tokens[at - 1].is_sign("|") && !self.engine.has_filter(token.text) => "filter",
                () if is_test && token.text != "not" && !self.engine.has_test(token.text) => "test",
                () => continue,
            };
            let message = format!("there is no {what} {}", quote(token.text));
            let span = Span::new(token.start..token.end());
            self.findings.push(Diagnostic::new(Code::TemplateFailure, message, Pointer::root(), span));
        }
        for start in (0..tokens.len()).filter(|&start| is_reference(tokens, start)) {
            self.reference(tokens, start);
        }
    }

    /// What a name and the keys after it stand for, as far as it is known; says so when there is no such thing.
    fn reference(&mut self, tokens: &[Token<'p>], start: usize) -> Shape {
        let name = tokens[start];
        let Some(mut shape) = self.look_up(name.text) else {
            self.unknown.insert(name.text.to_owned());
            if !self.asked.contains(name.text) {
                let known: Vec<String> = self.names();
                let meant = nearest(name.text, known.iter().map(String::as_str));
                let help = meant.map(|meant| format!("did you mean {}?", quote(meant)));
                self.report(&tokens[start..=start], help);
            }
            return Shape::Any;
        };
        for step in chain(tokens, start).1 {
            shape = match step {
                Step::Key { name, end } => match shape.key(name) {
                    Ok(inner) => inner,
                    Err(keys) => {
                        let help = match nearest(name, keys.iter().copied()) {
                            Some(meant) => Some(format!("did you mean {}?", quote(meant))),
                            None if matches!(shape, Shape::List(_)) => {
                                Some("loop over the list, or take one".to_owned())
                            }
                            None => None,
                        };
                        if !self.asked.contains(&written(&tokens[start..end])) {
                            self.report(&tokens[start..end], help);
                        }
                        return Shape::Any;
                    }
                },
                Step::Item => shape.item(),
                Step::Slice => shape,
                Step::Unknown => Shape::Any,
            };
        }
        shape
    }

    /// The shape of an expression that is one name, its keys, and filters.
    fn shape(&mut self, tokens: &[Token<'p>]) -> Shape {
        if tokens.is_empty() || !is_reference(tokens, 0) || self.look_up(tokens[0].text).is_none() {
            return Shape::Any;
        }
        let before = self.findings.len();
        let mut shape = self.reference(tokens, 0);
        // It was reported when the expression was looked at.
        self.findings.truncate(before);
        let (mut at, _) = chain(tokens, 0);
        while at < tokens.len() {
            let (true, Some(filter)) = (tokens[at].is_sign("|"), tokens.get(at + 1)) else { return Shape::Any };
            shape = match filter.text {
                name if SAME_ITEMS.contains(&name) => shape,
                name if ONE_ITEM.contains(&name) => shape.item(),
                _ => return Shape::Any,
            };
            at += 2;
            if tokens.get(at).is_some_and(|token| token.is_sign("(")) {
                at = after_bracket(tokens, at);
            }
        }
        shape
    }

    fn look_up(&self, name: &str) -> Option<Shape> {
        let local = self.scopes.iter().rev().find_map(|scope| scope.get(name));
        let known = local.or_else(|| self.given.get(name)).cloned();
        known.or_else(|| self.elsewhere.contains(name).then_some(Shape::Any))
    }

    fn names(&self) -> Vec<String> {
        let local = self.scopes.iter().flat_map(|scope| scope.keys().map(|&name| name.to_owned()));
        let mut names: Vec<String> = local.chain(self.given.keys().cloned()).chain(self.elsewhere.clone()).collect();
        // Of two that are equally near, the same one each time.
        names.sort();
        names
    }

    fn report(&mut self, tokens: &[Token<'p>], help: Option<String>) {
        let range = tokens[0].start..tokens[tokens.len() - 1].end();
        let message = format!("{} is not defined", quote(&self.part.source.text()[range.clone()]));
        let mut found = Diagnostic::new(Code::UndefinedVariable, message, Pointer::root(), Span::new(range));
        found.help.extend(help);
        self.findings.push(found);
    }
}

/// What follows a name.
enum Step<'s> {
    Key { name: &'s str, end: usize },
    Item,
    Slice,
    Unknown,
}

/// The steps after a name, and where they end among the tokens.
fn chain<'s>(tokens: &[Token<'s>], start: usize) -> (usize, Vec<Step<'s>>) {
    let (mut at, mut steps) = (start + 1, Vec::new());
    while let Some(token) = tokens.get(at) {
        let next = tokens.get(at + 1);
        if token.is_sign(".") {
            at += 2;
            match next {
                Some(key) if key.is_name() => steps.push(Step::Key { name: key.text, end: at }),
                Some(number) if number.kind == Kind::Number => steps.push(Step::Item),
                _ => return (at.min(tokens.len()), steps),
            }
        } else if token.is_sign("[") {
            let end = after_bracket(tokens, at);
            let inside = &tokens[at + 1..end.saturating_sub(1).max(at + 1)];
            steps.push(match inside {
                [text] if text.kind == Kind::Text => Step::Key { name: text.quoted().unwrap_or_default(), end },
                inside if inside.iter().any(|token| token.is_sign(":")) => Step::Slice,
                [.., number] if number.kind == Kind::Number && inside.len() <= 2 => Step::Item,
                _ => Step::Unknown,
            });
            at = end;
        } else if token.is_sign("(") {
            steps.push(Step::Unknown);
            at = after_bracket(tokens, at);
        } else {
            break;
        }
    }
    (at, steps)
}

/// Where the bracket that opens at a token has been closed.
fn after_bracket(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open).filter(|(_, token)| token.kind == Kind::Sign) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Whether a token is a name that stands for a value.
fn is_reference(tokens: &[Token<'_>], at: usize) -> bool {
    let before = |offset: usize| at.checked_sub(offset).map_or("", |at| tokens[at].text);
    let is_argument = tokens.get(at + 1).is_some_and(|next| next.is_sign("="));
    let is_test = before(1) == "is" || before(1) == "not" && before(2) == "is";
    let is_key = before(1) == "." || before(1) == "|";
    tokens[at].is_name() && !WORDS.contains(&tokens[at].text) && !is_argument && !is_test && !is_key
}

/// The names that an import or a macro gives to something.
fn introduced<'s>(tokens: &[Token<'s>]) -> impl Iterator<Item = &'s str> {
    let names: Vec<&'s str> = match tokens.first().map(|token| token.text) {
        Some("import") => {
            tokens.iter().skip_while(|token| token.text != "as").skip(1).take(1).map(|token| token.text).collect()
        }
        Some("from") => {
            let names = tokens.iter().skip_while(|token| token.text != "import").skip(1);
            names.filter(|token| token.is_name()).map(|token| token.text).collect()
        }
        Some("macro") => tokens.iter().skip(1).take(1).map(|token| token.text).collect(),
        _ => Vec::new(),
    };
    names.into_iter()
}

fn written(tokens: &[Token<'_>]) -> String {
    tokens.iter().map(|token| token.text).collect()
}
