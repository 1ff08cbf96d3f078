use std::path::PathBuf;

use clap::Args;
use personas::{PromptTemplate, Variables};

use crate::Failure;

/// What a prompt is made by.
#[derive(Args)]
pub(crate) struct Template {
    /// A built-in template (default, xml, plain or brief), or a file, which can extend and include others of its folder
    #[arg(long, value_name = "NAME|FILE", default_value = "default")]
    template: PathBuf,
    /// A variable for the template, such as user=Sam; can be given more than once
    #[arg(long = "var", value_name = "KEY=VALUE", value_parser = variable)]
    variables: Vec<(String, String)>,
}

impl Template {
    /// The template: a built-in one when it is named, else of a file.
    pub(crate) fn read(&self) -> Result<PromptTemplate, Failure> {
        let shown = || self.template.display().to_string().escape_debug().to_string();
        let text = self.template.to_str();
        if let Some(name) = text.filter(|name| PromptTemplate::BUILT_IN.contains(name)) {
            return Ok(PromptTemplate::built_in(name)?);
        }
        if let Some(name) = text.filter(|name| !name.contains(['/', '\\', '.']) && !self.template.exists()) {
            // Whoever writes `xlm` is better served by the names that there are.
            return Ok(PromptTemplate::built_in(name)?);
        }
        let folder = self.template.parent().filter(|folder| !folder.as_os_str().is_empty());
        let name = self.template.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Failure::Message(format!("{} is no name of a template", shown())))?;
        Ok(PromptTemplate::from_dir(folder.unwrap_or_else(|| ".".as_ref()), name)?)
    }

    pub(crate) fn variables(&self) -> Variables {
        self.variables.iter().cloned().collect()
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write KEY=VALUE".to_owned()),
    }
}
