use crate::value::{Map, Value};

/// What a template may use beside the persona.
///
/// `user` is the name of the visitor, `the user` unless set. `persona` and `char` belong to the persona.
///
/// ```
/// use personas::{Persona, PromptTemplate, Variables};
///
/// let template = PromptTemplate::new("{{ char }} greets {{ user }} from {{ city }}.")?;
/// let variables = Variables::new().set("user", "Sam").set("city", "Kyiv");
/// let prompt = template.render(&Persona::new("Ada", "A guide."), &variables)?;
/// assert_eq!(prompt.to_string(), "Ada greets Sam from Kyiv.");
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Variables(Map);

impl Variables {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets one; a later value replaces an earlier one.
    #[must_use]
    pub fn set(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.insert(name, value);
        self
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter()
    }

    /// The visitor's name.
    pub(super) fn user(&self) -> &str {
        self.0.get("user").and_then(Value::as_str).unwrap_or("the user")
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}
