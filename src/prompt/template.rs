use std::sync::{Arc, LazyLock};

use super::Prompt;
use super::engine::Engine;
use super::options::PromptOptions;
use super::prepared::PreparedPrompt;
use super::variables::Variables;
use crate::error::Error;
use crate::persona::Persona;
use crate::source::Source;

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
    pub(super) engine: Arc<Engine>,
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
        Ok(Self { engine: Arc::new(Engine::compile(source)?) })
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
        Ok(self.prepare(persona, variables)?.prompt())
    }

    /// Makes a persona ready for this template, to be used for many turns and conversations.
    ///
    /// # Errors
    ///
    /// As [`PromptTemplate::render`].
    pub fn prepare(&self, persona: &Persona, variables: &Variables) -> Result<PreparedPrompt, Error> {
        self.prepare_with(persona, variables, &PromptOptions::default())
    }

    /// Makes a persona ready for this template, with a say in what of it goes in.
    ///
    /// # Errors
    ///
    /// As [`PromptTemplate::render`]; and what is required of the prompt takes more than `options` allow: the error
    /// tells how many tokens it needs.
    pub fn prepare_with(
        &self,
        persona: &Persona,
        variables: &Variables,
        options: &PromptOptions,
    ) -> Result<PreparedPrompt, Error> {
        PreparedPrompt::new(self, persona, variables, options)
    }
}
