//! Jinja to sections: a template, those that it uses, and what keeps a hostile one in bounds.

mod blocks;
mod built_in;
mod engine;
mod full;
mod guard;
mod lint;
mod loader;
mod parts;
mod shape;
mod tag;
mod token;
mod walk;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

pub(super) use self::engine::{Engine, Scope};
use self::lint::lint;
use self::loader::{Loader, Refusal};
use super::variables::Variables;
use crate::diagnostic::{Diagnostics, nearest, quote};
use crate::error::Error;
use crate::source::Source;

/// A prompt template: Jinja whose blocks are the sections of the prompt.
///
/// # Styles
///
/// There are four built-in templates, to be used as they are or extended:
///
/// - `default`: Markdown, with a heading over each section.
/// - `xml`: each section in a tag of its own, such as `<identity>`. Text of the persona stays as it is written, except
///   that where it has one of these tags itself, `<` becomes `&lt;`, so that it cannot seem to close a section.
/// - `plain`: no markup but what the persona's own text has.
/// - `brief`: for small models. Of a long description, personality, scenario or answer it has the first paragraph, and
///   of the example dialogues the first; rules of speech and boundaries are whole.
///
/// All have the same blocks in the same order: `opening`, `identity`, `personality`, `scenario`, `style`, `topics`,
/// `knowledge`, `relations`, `examples`, `boundaries`, `closing`. A template of yours can begin with
/// `{% extends "default" %}`, or the name of another, and override some of them; `{{ super() }}` is what the block was.
/// [`PromptTemplate::from_dir`] and [`PromptTemplate::from_sources`] take templates that extend and include each other.
///
/// # What a template sees
///
/// `persona`, with every key of the format (an absent text is none, an absent list empty), `char`, `user`, and your
/// [`Variables`]. Text of the persona is never read as Jinja.
///
/// It has Jinja's statements (`if`, `for`, `set`, `with`, `block`, `macro`, `call`, `filter`, `include`, `import`, `raw`),
/// the functions `range`, `dict` and `namespace`, and the filters `abs`, `attr`, `batch`, `bool`, `capitalize`, `chain`,
/// `count`, `default` (`d`), `dictsort`, `escape` (`e`), `first`, `float`, `format`, `groupby`, `indent`, `int`, `items`,
/// `join`, `last`, `length`, `lines`, `list`, `lower`, `map`, `max`, `min`, `reject`, `rejectattr`, `replace`, `reverse`,
/// `round`, `safe`, `select`, `selectattr`, `slice`, `sort`, `split`, `string`, `sum`, `title`, `trim`, `unique`, `upper` and
/// `zip`. Two are this crate's: `paragraph`, the first paragraph of a text, and `inert`, the text as `xml` writes it.
/// There is no `debug`, `pprint` or `tojson`.
///
/// Rendering is strict: a variable or key that does not exist is an error, and so is printing none, a list or a map.
/// (`~`, `join` and filters of text write a list within them as the engine does.) [`PromptTemplate::lint`] tells such
/// faults beforehand.
///
/// # Limits
///
/// A template is code: take it from people you would take code from. Yet one that is broken or hostile ends in an error of
/// the code `template-limit`, not in a full memory, an overflow of the stack or a hang:
///
/// - A file has at most 128 KiB, lines of 32,000 bytes and 500 blocks; a template and all that it uses are at most 100
///   files and 256 KiB.
/// - A tag has at most 1,000 bytes and 64 commas, `+` and `~`; tags and brackets are nested at most 32 deep. `*` has quoted
///   text on one side or, in a tag without brackets, a number of up to 100.
/// - A list or map that a template makes and gives a name to has at most 256 values, 8 deep; a text, 256 KiB. Entries
///   of the persona count little: a list can have 16,000 of them.
/// - A rendering may take about 100,000 steps, where 64 bytes of text count as one, and more for a large persona;
///   a range has at most 100,000 numbers, and about ten macros or three includes can be within each other.
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
    pub(super) engine: Arc<Engine>,
}

impl Default for PromptTemplate {
    /// The built-in template.
    fn default() -> Self {
        static BUILT_IN: LazyLock<PromptTemplate> = LazyLock::new(|| {
            PromptTemplate::built_in("default").expect("the built-in template compiles, which a test shows")
        });
        BUILT_IN.clone()
    }
}

impl PromptTemplate {
    /// The names of the built-in templates.
    pub const BUILT_IN: &[&str] = built_in::NAMES;

    /// A built-in template by its name.
    ///
    /// ```
    /// use personas::{Persona, PromptTemplate, Variables};
    ///
    /// let template = PromptTemplate::built_in("xml")?;
    /// let prompt = template.render(&Persona::new("Ada", "A guide."), &Variables::new())?;
    /// assert_eq!(prompt.section("identity"), Some("<identity>\nA guide.\n</identity>"));
    /// # Ok::<(), personas::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `markdown` is none of [`PromptTemplate::BUILT_IN`].
    pub fn built_in(name: &str) -> Result<Self, Error> {
        if built_in::source(name).is_none() {
            let meant =
                nearest(name, built_in::NAMES.iter().copied()).map(|meant| format!("did you mean {}?", quote(meant)));
            let help = meant.unwrap_or_else(built_in::help);
            return Err(Error::argument(format!("there is no built-in template {}; {help}", quote(name))));
        }
        Self::new(format!("{{% extends \"{name}\" %}}"))
    }

    /// A template from its source.
    ///
    /// # Errors
    ///
    /// - `{% block a %}` has no `{% endblock %}`, or other syntax is wrong: the error tells line and column.
    /// - It includes `rules.jinja`: only built-in templates are known here.
    /// - A tag is longer than 1,000 bytes, nested more than 32 deep, or goes past another limit.
    pub fn new(source: impl Into<String>) -> Result<Self, Error> {
        Self::from_source(Source::new("template.jinja", source))
    }

    /// A template from a named source, such as a file that [`Source::read`] has read.
    ///
    /// # Errors
    ///
    /// As [`PromptTemplate::new`].
    pub fn from_source(source: Source) -> Result<Self, Error> {
        Ok(Self { engine: Arc::new(Engine::compile(source)?) })
    }

    /// A template of a folder, which can extend, include and import others of it by their paths within it, and built-in
    /// ones by their names.
    ///
    /// The name of a built-in template always means that one. All files are read at once, and nothing outside of the
    /// folder ever is: a name with `..`, or a link that leads out, is an error at the tag that has it. A name that is put
    /// together while rendering finds only what some tag names.
    ///
    /// # Errors
    ///
    /// - `dir` is no folder, or there is no `name` in it.
    /// - `name` is `../secret.jinja`.
    /// - A file includes what is not there, is larger than 128 KiB, or has a fault as in [`PromptTemplate::new`]; the
    ///   error is about that file.
    pub fn from_dir(dir: impl AsRef<Path>, name: &str) -> Result<Self, Error> {
        let dir = dir.as_ref();
        let loader = Loader::folder(dir).map_err(|error| Error::io(dir, error))?;
        Self::from_loader(&loader, name, |error| Error::io(&dir.join(name), error))
    }

    /// A template of several sources, which can extend, include and import each other by the names of the sources.
    ///
    /// ```
    /// use personas::{Persona, PromptTemplate, Source, Variables};
    ///
    /// let sources = [
    ///     Source::new("chat.jinja", r#"{% extends "default" %}{% block closing %}{% include "rules" %}{% endblock %}"#),
    ///     Source::new("rules", "Never break character."),
    /// ];
    /// let prompt = PromptTemplate::from_sources(sources, "chat.jinja")?.render(&Persona::new("Ada", "A guide."), &Variables::new())?;
    /// assert_eq!(prompt.section("closing"), Some("Never break character."));
    /// # Ok::<(), personas::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`PromptTemplate::new`], and when there is no source `name`.
    pub fn from_sources(sources: impl IntoIterator<Item = Source>, name: &str) -> Result<Self, Error> {
        let sources: BTreeMap<String, Source> =
            sources.into_iter().map(|source| (source.name().to_owned(), source)).collect();
        Self::from_loader(&Loader::Sources(sources), name, |error| Error::argument(error.to_string()))
    }

    fn from_loader(loader: &Loader, name: &str, unreadable: impl Fn(std::io::Error) -> Error) -> Result<Self, Error> {
        let source = loader.load(name).map_err(|refusal| match refusal {
            Refusal::Missing if loader.is_folder() => unreadable(std::io::ErrorKind::NotFound.into()),
            Refusal::Missing => Error::argument(format!("there is no source {}", quote(name))),
            Refusal::Unreadable(error) => unreadable(error),
            Refusal::Name(why) | Refusal::Content(why) => Error::argument(why),
        })?;
        Ok(Self { engine: Arc::new(Engine::compile_with(name, source, loader)?) })
    }

    /// What is wrong with the template, all at once and before it meets a persona: names that nothing gives a value to,
    /// misspelt keys of the persona and of its questions, characters and turns inside of loops too, and what fails when it
    /// is rendered on trial. There is a list for each file that has findings.
    ///
    /// `variables` are those that will be given; their values serve as examples. What fails only for a persona that has
    /// nothing but a name and a description is a warning. Trial rendering goes one way through each section, so that
    /// what stands under a condition may not be reached; a key that is computed, and what macros are called with, is
    /// only seen there.
    ///
    /// ```
    /// use personas::{PromptTemplate, Variables};
    ///
    /// let template = PromptTemplate::new(
    ///     "{{ mood }} {% for entry in persona.faq %}{{ entry.anwser }}{% endfor %} {{ persona.nickname }}",
    /// )?;
    /// let found = template.lint(&Variables::new())?;
    /// let messages: Vec<&str> = found.iter().flatten().map(|found| found.message.as_str()).collect();
    /// assert_eq!(messages, [
    ///     "`mood` is not defined",
    ///     "`entry.anwser` is not defined",
    ///     "`persona.nickname` is none, which has no text of its own",
    /// ]);
    /// # Ok::<(), personas::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `variables` sets `persona` or `char`.
    pub fn lint(&self, variables: &Variables) -> Result<Vec<Diagnostics>, Error> {
        lint(&self.engine, variables)
    }
}
