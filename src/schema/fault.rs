//! What is said of a violation: our words, at the place in the file.

use std::collections::HashSet;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::types::JsonType;
use serde_json::Value;

use super::look_alike::plain_look;
use crate::diagnostic::{Code, Diagnostic, brief, nearest, quote};
use crate::pointer::Pointer;
use crate::source::{Source, Span};
use crate::yaml::{Data, NodeRef, Tree};

/// One violation, and what it is about.
pub(super) struct Fault<'e> {
    /// The schema that is violated.
    pub(super) schema: &'e Value,
    /// What it goes by, when it is not the published one.
    pub(super) name: Option<&'e str>,
    pub(super) error: &'e ValidationError<'e>,
    pub(super) tree: &'e Tree<'e>,
    pub(super) source: &'e Source,
}

impl Fault<'_> {
    /// Adds findings while there is room for them, and says for how many there was none.
    pub(super) fn describe(&self, room: usize, found: &mut Vec<Diagnostic>) -> usize {
        let pointer = Pointer::from_json_pointer(self.error.instance_path().as_str());
        let Some(place) = self.tree.locate(&pointer) else {
            return 0;
        };
        if matches!(place.value.data(), Data::Hole) {
            return 0;
        }
        match self.error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let unexpected: HashSet<&str> = unexpected.iter().map(String::as_str).collect();
                let entries = place.value.entries().unwrap_or_default().iter();
                let unknown = entries.filter(|entry| unexpected.contains(entry.key.as_ref()));
                found.extend(
                    unknown
                        .take(room)
                        .map(|entry| self.attribute(self.unknown_key(&entry.key, entry.key_span, &pointer))),
                );
                return unexpected.len().saturating_sub(room);
            }
            ValidationErrorKind::PropertyNames { error } if room > 0 => {
                let entries = place.value.entries().unwrap_or_default().iter();
                let key = error.instance().as_str().unwrap_or_default();
                found.extend(entries.filter(|entry| entry.key == key).map(|entry| {
                    let message = format!("the key {} is not of the form that goes here", quote(key));
                    let fault = Diagnostic::new(Code::InvalidValue, message, pointer.clone(), entry.key_span);
                    // The place of this fault in the schema is that of the rule for names.
                    self.attribute(match self.keyword("patternErrorMessage").and_then(Value::as_str) {
                        Some(message) => fault.help(message),
                        None => fault,
                    })
                }));
            }
            // A value of another type is told of as that.
            ValidationErrorKind::Enum { .. } if place.value.text().is_none() && self.keyword("type").is_some() => {
                return 0;
            }
            _ if room == 0 => return 1,
            ValidationErrorKind::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                let mut fault = Diagnostic::new(Code::MissingKey, missing(key), pointer, place.head());
                fault.help.extend(self.hint(key));
                found.push(self.attribute(fault));
            }
            kind => found.push(self.attribute(self.bad_value(kind, &pointer, place.value))),
        }
        0
    }

    /// Says whose rule it is, when it is not the format's.
    fn attribute(&self, fault: Diagnostic) -> Diagnostic {
        match (self.name, self.keyword("errorMessage").and_then(Value::as_str)) {
            (Some(name), Some(message)) => fault.help(brief(message)).help(format!("by {}", quote(name))),
            (Some(name), None) => fault.help(format!("by {}", quote(name))),
            (None, _) => fault,
        }
    }

    fn unknown_key(&self, key: &str, span: Span, parent: &Pointer) -> Diagnostic {
        let mut known: Vec<&str> =
            self.siblings().into_iter().flat_map(|properties| properties.keys()).map(String::as_str).collect();
        // The order of a JSON map depends on how serde_json was built.
        known.sort_unstable();
        if let Some(meant) = plain_look(key).and_then(|look| known.iter().copied().find(|known| *known == look)) {
            let message = format!("the key {} only looks like `{meant}`", quote(key));
            let odd: Vec<String> = key
                .chars()
                .filter(|letter| !letter.is_ascii())
                .map(|letter| format!("U+{:04X}", u32::from(letter)))
                .collect();
            let found = Diagnostic::new(Code::LookAlikeKey, message, parent.clone(), span);
            return found.help(format!("it has {}: write it anew", odd.join(", "))).fix(span, meant);
        }
        let found = Diagnostic::new(Code::UnknownKey, format!("unknown key {}", quote(key)), parent.clone(), span);
        if let Some(meant) = nearest(key, known.iter().copied()) {
            return found.help(format!("did you mean {}?", quote(meant))).fix(span, meant);
        }
        if known.len() <= 8 {
            return found.help(format!("the keys here are {}", known.join(", ")));
        }
        found.help("data of your own belongs under `extensions`")
    }

    fn bad_value(&self, kind: &ValidationErrorKind, pointer: &Pointer, value: NodeRef<'_>) -> Diagnostic {
        let span = value.span();
        let written = self.source.slice(span);
        let said = |code, message: String| Diagnostic::new(code, message, pointer.clone(), span);
        match kind {
            ValidationErrorKind::Type { kind } => {
                let wanted = match kind {
                    TypeKind::Single(JsonType::String) => "text",
                    TypeKind::Single(JsonType::Array) => "a list",
                    TypeKind::Single(JsonType::Object) => "a map",
                    TypeKind::Single(JsonType::Boolean) => "true or false",
                    TypeKind::Single(JsonType::Integer | JsonType::Number) => "a number",
                    _ => "another type",
                };
                let found = said(Code::WrongType, format!("expected {wanted}, found {}", describe(value, written)));
                match (wanted, value.data()) {
                    ("text", Data::Bool(_) | Data::Integer(_) | Data::Unsigned(_) | Data::Float(_)) => {
                        let quoted = format!("\"{written}\"");
                        found.help(format!("write it in quotes: {}", quote(&quoted))).fix(span, quoted)
                    }
                    ("text", Data::Map(_)) if written.starts_with('{') => {
                        found.help("put text that begins with `{` in quotes")
                    }
                    ("text", Data::List(_)) if written.starts_with('[') => {
                        found.help("put text that begins with `[` in quotes")
                    }
                    ("a list", Data::Text(_)) => found.help("write each item on a line of its own, after `- `"),
                    (_, Data::Null) => found.help("write a value, or delete the key"),
                    _ => found,
                }
            }
            ValidationErrorKind::Pattern { .. } => {
                let is_blank = matches!(value.data(), Data::Text(text) if text.trim().is_empty());
                let found = if is_blank {
                    said(Code::BlankText, "this text is blank".to_owned())
                } else {
                    said(Code::InvalidValue, format!("{} is not of the form that goes here", self.quoted(value)))
                };
                match self.keyword("patternErrorMessage").and_then(Value::as_str) {
                    Some(message) => found.help(message),
                    None => found,
                }
            }
            ValidationErrorKind::MaxLength { limit } => {
                let length = match value.data() {
                    Data::Text(text) => text.chars().count(),
                    _ => 0,
                };
                said(Code::TooLong, format!("this text has {length} characters, and at most {limit} fit here"))
                    .help("shorten it, or move the rest to `description`")
            }
            ValidationErrorKind::Enum { options } => {
                self.unknown_value(value, options.as_array().map_or(&[], Vec::as_slice), said)
            }
            ValidationErrorKind::Constant { expected_value } => {
                self.unknown_value(value, std::slice::from_ref(expected_value.as_ref()), said)
            }
            kind => {
                let found = said(Code::InvalidValue, format!("{} is not what goes here", describe(value, written)));
                match wanted(kind) {
                    Some(wanted) => found.help(wanted),
                    None => found,
                }
            }
        }
    }

    fn unknown_value(
        &self,
        value: NodeRef<'_>,
        options: &[Value],
        said: impl Fn(Code, String) -> Diagnostic,
    ) -> Diagnostic {
        let known: Vec<&str> = options.iter().filter_map(Value::as_str).collect();
        let written = self.source.slice(value.span());
        let found = said(Code::UnknownValue, format!("unknown value {}", self.quoted(value)));
        let meant = match value.data() {
            Data::Text(text) => nearest(text, known.iter().copied()),
            _ => None,
        };
        let (one, list) = (known.len() == 1, known.iter().map(|value| quote(value)).collect::<Vec<_>>().join(", "));
        match meant {
            Some(meant) if !written.contains('\n') => {
                found.help(format!("did you mean {}?", quote(meant))).unsafe_fix(value.span(), meant)
            }
            _ if one => found.help(format!("it can only be {list}")),
            _ => found.help(format!("it is one of {list}")),
        }
    }

    fn quoted(&self, value: NodeRef<'_>) -> String {
        match value.data() {
            Data::Text(text) => quote(text),
            _ => describe(value, self.source.slice(value.span())),
        }
    }

    /// Another keyword beside the violated one.
    fn keyword(&self, name: &str) -> Option<&Value> {
        let path = self.error.schema_path().as_str();
        let (parent, _) = path.rsplit_once('/')?;
        self.schema.pointer(parent)?.get(name)
    }

    fn siblings(&self) -> Option<&serde_json::Map<String, Value>> {
        let path = self.error.schema_path().as_str();
        let (parent, _) = path.rsplit_once('/')?;
        // A branch of a condition is about the same value.
        let parent = ["/then", "/else"].iter().find_map(|branch| parent.strip_suffix(branch)).unwrap_or(parent);
        self.schema.pointer(parent)?.get("properties")?.as_object()
    }

    /// What a key that is missing is for: its description in the schema.
    fn hint(&self, key: &str) -> Option<String> {
        let description = self.siblings()?.get(key)?.get("description")?.as_str()?;
        let sentence = description.split(". ").next()?.trim_end_matches('.');
        let mut characters = sentence.chars();
        let lower = characters.next()?.to_lowercase().chain(characters).collect::<String>();
        Some(format!("{}: {lower}", quote(key)))
    }
}

/// What a keyword asks for, in words; the format's own schema has none of these.
fn wanted(kind: &ValidationErrorKind) -> Option<String> {
    use ValidationErrorKind as Kind;

    Some(match kind {
        Kind::Format { format } => format!("write it in the form of {}", quote(format)),
        Kind::MinLength { limit } => format!("write at least {limit} characters"),
        Kind::MinItems { limit } => format!("list at least {limit}"),
        Kind::MaxItems { limit } => format!("list at most {limit}"),
        Kind::MinProperties { limit } => format!("write at least {limit} keys"),
        Kind::MaxProperties { limit } => format!("write at most {limit} keys"),
        Kind::Minimum { limit } => format!("write {limit} or more"),
        Kind::Maximum { limit } => format!("write {limit} or less"),
        Kind::ExclusiveMinimum { limit } => format!("write more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("write less than {limit}"),
        Kind::UniqueItems => "list nothing twice".to_owned(),
        Kind::Contains => "an item that must be in this list is not".to_owned(),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => "it is of none of the forms that are allowed".to_owned(),
        Kind::OneOfMultipleValid { .. } => {
            "it is of more than one of the forms of which only one is allowed".to_owned()
        }
        Kind::Not { .. } | Kind::FalseSchema => "this is not allowed".to_owned(),
        _ => return None,
    })
}

fn describe(value: NodeRef<'_>, written: &str) -> String {
    match value.data() {
        Data::Null | Data::Hole => "nothing".to_owned(),
        Data::Bool(_) => format!("the boolean {}", quote(written)),
        Data::Integer(_) | Data::Unsigned(_) | Data::Float(_) => format!("the number {}", quote(written)),
        Data::Text(text) => format!("the text {}", quote(text)),
        Data::List(_) => "a list".to_owned(),
        Data::Map(_) => "a map".to_owned(),
    }
}

pub(super) fn missing(key: &str) -> String {
    format!("the key {} is missing", quote(key))
}

/// Whether a list may violate this because it is shown in part, where the whole would not.
pub(super) fn may_come_of_a_cut(error: &ValidationError<'_>) -> bool {
    use ValidationErrorKind as Kind;

    matches!(
        error.kind(),
        Kind::Contains
            | Kind::Not { .. }
            | Kind::AnyOf { .. }
            | Kind::OneOfNotValid { .. }
            | Kind::OneOfMultipleValid { .. }
    )
}
