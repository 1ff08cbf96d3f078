use super::Prompt;
use super::context::context;
use super::engine::Scope;
use super::template::PromptTemplate;
use super::variables::Variables;
use crate::error::Error;
use crate::persona::Persona;
use crate::value::Value;

/// A persona and a template made ready, to be rendered many times and from many threads.
///
/// ```
/// use personas::{Persona, PromptTemplate, Variables};
///
/// let prepared = PromptTemplate::default().prepare(&Persona::new("Ada", "A guide."), &Variables::new())?;
/// assert_eq!(prepared.prompt(), prepared.prompt());
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PreparedPrompt {
    stable: Prompt,
}

impl PreparedPrompt {
    pub(super) fn new(template: PromptTemplate, persona: &Persona, variables: &Variables) -> Result<Self, Error> {
        let seen = context(persona, variables.user());
        let text = |key: &str| seen.get(key).and_then(Value::as_str).map(str::to_owned);
        let (greeting, reminder) = (text("greeting"), text("post_history_instructions"));
        let scope = Scope::new(&persona.name, &seen, variables)?;
        let system = template.engine.sections(scope, |_| true)?;
        Ok(Self { stable: Prompt { system, greeting, reminder, ..Prompt::default() } })
    }

    /// The prompt.
    #[must_use]
    pub fn prompt(&self) -> Prompt {
        self.stable.clone()
    }
}
