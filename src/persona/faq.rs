use serde::{Deserialize, Serialize};

#[cfg(feature = "schema")]
use super::constraint::{Line, Slug, Text};

/// A question that people ask, and the answer to it.
///
/// ```
/// use personas::Faq;
///
/// let mut faq = Faq::new("Do you ship abroad?", "Yes, to every country of the EU.");
/// faq.keywords.push("delivery".into());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[doc(alias = "FAQ")]
#[non_exhaustive]
pub struct Faq {
    /// A name for programs, such as a page's anchor: lower-case letters, digits and hyphens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Slug", example = "why-exiled"))]
    pub id: Option<String>,

    /// The question, as a visitor would put it.
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "Why was Trotsky exiled?"))]
    pub question: String,

    /// The answer, in Markdown; as long as it needs to be.
    #[cfg_attr(feature = "schema", schemars(with = "Text", example = "He had lost the struggle over the succession."))]
    pub answer: String,

    /// Words that a visitor may use and that stand in neither the question nor the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Line>", example = vec!["banishment", "deportation"]))]
    pub keywords: Vec<String>,

    /// Words to group questions by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Line>", example = vec!["biography"]))]
    pub tags: Vec<String>,
}

impl Faq {
    /// A question with its answer.
    #[must_use]
    pub fn new(question: impl Into<String>, answer: impl Into<String>) -> Self {
        Self { id: None, question: question.into(), answer: answer.into(), keywords: Vec::new(), tags: Vec::new() }
    }
}
