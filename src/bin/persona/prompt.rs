use std::io::Write;
use std::process::ExitCode;

use personas::{Document, PromptTemplate, Variables};

use crate::command::Prompt;
use crate::{Failure, print, read, render};

impl Prompt {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let document = Document::read(&self.file)?;
        if !document.diagnostics().is_empty() && document.persona().is_some() {
            writeln!(anstream::stderr(), "{}\n", render(document.diagnostics()))?;
        }
        let persona = document.into_persona()?;
        let template = match &self.template {
            Some(path) => PromptTemplate::from_source(read(path)?)?,
            None => PromptTemplate::default(),
        };
        let prompt = template.render(&persona, &self.variables.into_iter().collect::<Variables>())?;
        print(&format!("{prompt}\n"))?;
        Ok(ExitCode::SUCCESS)
    }
}
