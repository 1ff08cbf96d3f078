use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use personas::chat::Dialect;
use personas::{
    Catalog, Document, Explanation, Message, Persona, Pointer, Prompt as Rendered, PromptOptions, PromptTemplate,
    Query, Selection, Source, Span, Variables,
};
use serde::Serialize;

use crate::command::{Format, Items, Prompt};
use crate::persona_path::persona;
use crate::visible::visible;
use crate::{Failure, print, read, render};

/// How many questions a message brings in, unless more are asked for.
const MOST_QUESTIONS: usize = 3;
/// What Anthropic must be told of the answer's length.
const ANSWER_TOKENS: u32 = 1_024;

impl Prompt {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let template = self.template.read()?;
        let variables = self.template.variables();
        let (document, catalog) = self.persona.document()?;
        let persona = persona(&document)?;
        let known = Known { document: &document, catalog: catalog.as_ref(), id: self.persona.id.as_deref() };
        if self.lint {
            return lint(&template, &persona, &variables);
        }
        let history = self.history()?;
        let message = self.message.as_deref().unwrap_or_default();
        let prompt = template
            .prepare_with(&persona, &variables, &self.options())?
            .turn(Query::new(message).history(&history))?;
        let text = match self.format {
            Format::Text if self.explain => explained(&prompt, &known),
            Format::Text => texts(&prompt),
            Format::Json => json(&Everything {
                prompt: &prompt,
                report: prompt.report(),
                explanation: self.explain.then(|| prompt.explain()),
            })?,
            _ => {
                if self.explain {
                    writeln!(anstream::stderr(), "{}", explained(&prompt, &known))?;
                }
                self.request(&prompt, &history)?
            }
        };
        print(&if std::io::stdout().is_terminal() { visible(&text) } else { text })?;
        Ok(ExitCode::SUCCESS)
    }

    fn options(&self) -> PromptOptions {
        let faq = match (self.faq, &self.message) {
            (Some(items), _) => items.into(),
            (None, Some(_)) => Selection::relevant(MOST_QUESTIONS),
            (None, None) => Selection::All,
        };
        let options = PromptOptions::new().faq(faq).examples(self.examples.into());
        match self.max_tokens {
            Some(most) => options.max_tokens(most),
            None => options,
        }
    }

    fn history(&self) -> Result<Vec<Message>, Failure> {
        let Some(path) = &self.history else {
            return Ok(Vec::new());
        };
        serde_json::from_str(read(path)?.text()).map_err(|error| {
            let path = path.display().to_string();
            let wanted = r#"a history is a list such as [{"role": "user", "content": "Hello!"}]"#;
            Failure::Message(format!("{}: {error}; {wanted}", path.escape_debug()))
        })
    }

    /// The body of a request to a backend.
    fn request(&self, prompt: &Rendered, history: &[Message]) -> Result<String, Failure> {
        let message = self.message.as_deref().unwrap_or_default();
        let chat = |dialect: &Dialect| prompt.chat(history, message, dialect);
        let model = self.model.as_str();
        match self.format {
            Format::OpenaiResponses => json(&chat(&Dialect::openai_responses()).openai_responses(model)),
            Format::Anthropic => json(&chat(&Dialect::anthropic()).anthropic(model, ANSWER_TOKENS)),
            Format::Gemini => json(&chat(&Dialect::gemini()).gemini()),
            Format::Ollama => json(&chat(&Dialect::ollama()).ollama(model)),
            Format::Text | Format::Json | Format::OpenaiChat => json(&chat(&Dialect::openai_chat()).openai_chat(model)),
        }
    }
}

impl From<Items> for Selection {
    fn from(items: Items) -> Self {
        match items {
            Items::All => Self::All,
            Items::None => Self::None,
            Items::Most(most) => Self::relevant(most),
        }
    }
}

#[derive(Serialize)]
struct Everything<'a> {
    #[serde(flatten)]
    prompt: &'a Rendered,
    report: personas::PromptReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Explanation>,
}

fn json(data: &impl Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(data).map_err(|error| Failure::Message(error.to_string()))?;
    Ok(text + "\n")
}

/// The system prompt, and what the message brings in.
fn texts(prompt: &Rendered) -> String {
    let mut text = format!("{prompt}\n");
    for section in &prompt.context {
        let _ = writeln!(text, "\n{}", section.text);
    }
    text
}

/// Where values of the persona can be looked up.
struct Known<'a> {
    document: &'a Document,
    catalog: Option<&'a Catalog>,
    id: Option<&'a str>,
}

impl Known<'_> {
    /// Where values stand: file, line and column.
    fn places(&self, pointers: &[&Pointer]) -> Vec<Option<String>> {
        let place = |source: &Source, span: Span| format!("{}:{}", source.name(), source.position(span.start()));
        if let (Some(catalog), Some(id)) = (self.catalog, self.id) {
            let places = pointers.iter().map(|pointer| catalog.origin(id, pointer));
            return places.map(|origin| origin.map(|(source, span)| place(&source, span))).collect();
        }
        let spans = self.document.locate(pointers.iter().copied()).into_iter();
        spans.map(|span| span.map(|span| place(self.document.source(), span))).collect()
    }
}

/// The report, and of each piece of the prompt where it came from.
fn explained(prompt: &Rendered, known: &Known<'_>) -> String {
    let mut text = prompt.report().to_string();
    let pieces = prompt.explain().pieces;
    let pointers: Vec<&Pointer> = pieces.iter().filter_map(|piece| piece.pointer.as_ref()).collect();
    let mut places = known.places(&pointers).into_iter();
    let _ = writeln!(text, "\n{:>15}  {:24} from", "bytes", "section");
    for piece in &pieces {
        let bytes = format!("{}..{}", piece.range.start, piece.range.end);
        let section = format!("{} / {}", piece.zone, piece.section);
        let _ = write!(text, "{bytes:>15}  {section:24} ");
        let _ = match &piece.pointer {
            None => writeln!(text, "the template"),
            Some(pointer) => match places.next().flatten() {
                Some(place) => writeln!(text, "{pointer}, {place}"),
                None => writeln!(text, "{pointer}"),
            },
        };
    }
    text
}

/// What is wrong with the template, with any persona or with this one.
fn lint(template: &PromptTemplate, persona: &Persona, variables: &Variables) -> Result<ExitCode, Failure> {
    let found = template.lint(variables)?;
    for diagnostics in &found {
        writeln!(anstream::stdout().lock(), "{}\n", render(diagnostics))?;
    }
    if found.iter().any(personas::Diagnostics::has_errors) {
        return Ok(ExitCode::from(1));
    }
    template.render(persona, variables)?;
    Ok(ExitCode::SUCCESS)
}
