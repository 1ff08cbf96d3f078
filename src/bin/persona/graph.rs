use std::io::Write as _;
use std::process::ExitCode;

use personas::Catalog;

use crate::command::{Graph, GraphFormat};
use crate::{Failure, print, render};

impl Graph {
    /// Files with errors have no place in the graph, and are told of.
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let catalog = Catalog::open(&self.folder)?;
        for diagnostics in catalog.diagnostics().filter(|diagnostics| diagnostics.has_errors()) {
            writeln!(anstream::stderr(), "{}\n", render(diagnostics))?;
        }
        for failure in catalog.failures() {
            writeln!(anstream::stderr(), "error: {failure}")?;
        }
        print(&match self.format {
            GraphFormat::Dot => catalog.to_dot(),
            GraphFormat::Mermaid => catalog.to_mermaid(),
        })?;
        Ok(if catalog.has_errors() { ExitCode::from(1) } else { ExitCode::SUCCESS })
    }
}
