use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use personas::{Catalog, Document, Persona};

use crate::{Failure, render};

/// Where a persona is: in a file, or in a folder under its id.
#[derive(Args)]
pub(crate) struct PersonaPath {
    /// The persona file, or a folder of them
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Which persona of the folder
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
}

impl PersonaPath {
    /// The file, alone or as one of its folder.
    pub(crate) fn document(&self) -> Result<(Document, Option<Catalog>), Failure> {
        if !self.path.is_dir() {
            return match &self.id {
                None => Ok((Document::read(&self.path)?, None)),
                Some(id) => {
                    let path = self.path.display().to_string();
                    let message = format!("{} is no folder, in which {id} could be", path.escape_debug());
                    Err(Failure::Message(message.escape_debug().to_string()))
                }
            };
        }
        let catalog = Catalog::open(&self.path)?;
        if catalog.documents().is_empty() {
            let path = self.path.display().to_string();
            return Err(Failure::Message(format!("no persona file in {}", path.escape_debug())));
        }
        let ids: Vec<&str> = catalog.iter().map(|entry| entry.id()).collect();
        let Some(id) = &self.id else {
            return Err(Failure::Message(format!("say which persona of the folder: {}", ids.join(", "))));
        };
        // One with errors is found by its file, so that they can be shown.
        let document = match catalog.get(id) {
            Some(entry) => Some(entry.document()),
            None => catalog.documents().iter().find(|document| document.source().stem() == Some(id)),
        };
        let document = document.cloned().ok_or_else(|| {
            let message = format!("no persona has the id {id}; there are {}", ids.join(", "));
            Failure::Message(message.escape_debug().to_string())
        })?;
        Ok((document, Some(catalog)))
    }
}

/// The persona of a file; what is to be said of it goes to standard error.
pub(crate) fn persona(document: &Document) -> Result<Persona, Failure> {
    if !document.diagnostics().is_empty() && document.persona().is_some() {
        writeln!(anstream::stderr(), "{}\n", render(document.diagnostics()))?;
    }
    Ok(document.clone().into_persona()?)
}
