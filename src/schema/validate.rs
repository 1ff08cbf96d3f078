//! A tree against a JSON Schema: the published one, and a team's own. None of the engine's words are shown.

use std::sync::{Arc, LazyLock};

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

use super::SCHEMA;
use super::fault::{Fault, may_come_of_a_cut, missing};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::error::Error;
use crate::limits::Limits;
use crate::pointer::Pointer;
use crate::source::Source;
use crate::yaml::{self, Tree, TreeJson};

/// A JSON Schema of yours, which files are checked against beside the published one.
///
/// It says what your personas must have beyond the format: a licence, say, or an owner under `extensions`. Its faults
/// are located and explained as the others are; the keywords `errorMessage` and `patternErrorMessage`, as editors know
/// them, add words of yours.
///
/// ```
/// use personas::{Checker, Schema, Source};
///
/// let schema = Schema::new(Source::new("acme.json", r#"{"required": ["license"]}"#))?;
/// let checker = Checker::default().with_schema(schema);
/// let document = checker.check(Source::new("ada.yaml", "name: Ada\ndescription: A guide.\n"));
/// let found = document.diagnostics().iter().next().map(|found| found.message.as_str());
/// assert_eq!(found, Some("the key `license` is missing"));
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Schema {
    name: String,
    engine: Arc<Engine>,
}

impl Schema {
    /// A schema from its text, JSON or YAML; of draft 2020-12, unless it says otherwise.
    ///
    /// Regular expressions are those of linear time, without look-around and back-references. References to other files
    /// and addresses are not followed.
    ///
    /// # Errors
    ///
    /// The text is no JSON Schema: the error shows where.
    pub fn new(source: Source) -> Result<Self, Error> {
        let source = Arc::new(source);
        let limits = Limits::default();
        let mut findings = Diagnostics::new(Arc::clone(&source), limits.findings);
        let engine = yaml::read(&source, &limits, &mut findings).and_then(|tree| {
            let engine = Engine::new(tree.to_json());
            if let Err((pointer, message)) = &engine {
                let span = tree.locate(pointer).map_or(tree.root().span(), |place| place.head());
                findings.push(Diagnostic::new(Code::InvalidSchema, *message, pointer.clone(), span));
            }
            engine.ok()
        });
        match engine {
            Some(engine) if !findings.has_errors() => {
                Ok(Self { name: source.name().to_owned(), engine: Arc::new(engine) })
            }
            _ => Err(Error::schema(findings)),
        }
    }

    /// Reports every way in which a tree is not what this schema asks for.
    pub(crate) fn validate(&self, tree: &Tree<'_>, source: &Source, findings: &mut Diagnostics) {
        self.engine.validate(Some(&self.name), tree, source, findings);
    }
}

/// Reports every way in which a tree is not a persona.
pub(crate) fn validate(tree: &Tree<'_>, source: &Source, findings: &mut Diagnostics) {
    static PUBLISHED: LazyLock<Engine> = LazyLock::new(|| {
        // Both hold by test: the committed schema is JSON, and valid against its metaschema.
        let schema = serde_json::from_str(SCHEMA).expect("the published schema is JSON");
        Engine::new(schema).expect("the published schema is a schema")
    });
    PUBLISHED.validate(None, tree, source, findings);
}

/// Reports every way in which a tree is not the translation of a persona.
#[cfg(feature = "catalog")]
pub(crate) fn validate_translation(tree: &Tree<'_>, source: &Source, findings: &mut Diagnostics) {
    static PUBLISHED: LazyLock<Engine> = LazyLock::new(|| {
        // Both hold by test, as above.
        let mut schema: Value = serde_json::from_str(SCHEMA).expect("the published schema is JSON");
        let definitions = schema["$defs"].take();
        let mut translation = definitions["Translation"].clone();
        translation["$defs"] = definitions;
        Engine::new(translation).expect("the published schema is a schema")
    });
    PUBLISHED.validate(None, tree, source, findings);
}

/// More values than anybody writes into a persona.
const WRITTEN_BY_HAND: usize = 5_000;

#[derive(Debug)]
struct Engine {
    schema: Value,
    validator: Validator<TreeJson>,
}

impl Engine {
    /// # Errors
    ///
    /// Where in the schema it is not one, and in what way.
    fn new(schema: Value) -> Result<Self, (Pointer, &'static str)> {
        let validator = jsonschema::options_for::<TreeJson>()
            .with_pattern_options(PatternOptions::regex())
            .should_validate_formats(true)
            .offline()
            .build(&schema)
            .map_err(|error| {
                let pointer = Pointer::from_json_pointer(error.instance_path().as_str());
                (pointer, "this is no JSON Schema, or one that cannot be followed here")
            })?;
        Ok(Self { schema, validator })
    }

    fn validate(&self, name: Option<&str>, tree: &Tree<'_>, source: &Source, findings: &mut Diagnostics) {
        // Most files are right, and to know that is several times cheaper than to gather what is wrong.
        if self.validator.is_valid(tree.root()) {
            return;
        }
        // A larger file is not looked through to its end, and so its faults are counted as far as that.
        tree.limit_reach(WRITTEN_BY_HAND + findings.room().saturating_mul(4));
        let errors = self.validator.iter_errors(tree.root());
        let is_whole = tree.was_within_reach();
        let before = findings.omitted();
        let (mut missing, mut others) = (Vec::new(), Vec::new());
        for error in errors.filter(|error| is_whole || !may_come_of_a_cut(error)) {
            // What a persona must have is told first, though the engine comes to the condition last.
            let is_condition = error.schema_path().as_str().starts_with("/else/");
            let found = if is_condition { &mut missing } else { &mut others };
            let room = findings.room().saturating_sub(found.len());
            let fault = Fault { schema: &self.schema, name, error: &error, tree, source };
            findings.omit(fault.describe(room, found));
        }
        let room = findings.room().saturating_sub(missing.len());
        findings.omit(others.len().saturating_sub(room));
        others.truncate(room);
        let mut found = missing;
        found.extend(others);
        if !is_whole && found.is_empty() && findings.omitted() == before {
            // What is wrong lies further on.
            findings.omit(1);
        }
        join_misspelt_and_missing(&mut found);
        for fault in found {
            let is_unseen = tree.partial && fault.code == Code::MissingKey;
            if !is_unseen {
                findings.push(fault);
            }
        }
    }
}

/// A key that must be there and is not, beside one that looks like it, is one mistake: the second finding tells it.
fn join_misspelt_and_missing(found: &mut Vec<Diagnostic>) {
    let meant: Vec<(Pointer, String)> = found
        .iter()
        .filter(|fault| matches!(fault.code, Code::UnknownKey | Code::LookAlikeKey))
        .filter_map(|fault| Some((fault.pointer.clone(), fault.fix.as_ref()?.edits.first()?.replacement.clone())))
        .collect();
    found.retain(|fault| {
        fault.code != Code::MissingKey
            || !meant.iter().any(|(parent, key)| *parent == fault.pointer && fault.message == missing(key))
    });
}
