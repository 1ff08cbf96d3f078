use std::collections::HashSet;
use std::sync::Arc;

use super::engine::{Engine, Scope};
use super::full::full;
use super::walk::Walk;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::error::Error;
use crate::limits::Limits;
use crate::persona::Persona;
use crate::prompt::variables::Variables;

/// What a template and those that it uses have wrong, as far as can be told without the persona that it will be for: one
/// list for each source that has a finding.
pub(super) fn lint(engine: &Engine, variables: &Variables) -> Result<Vec<Diagnostics>, Error> {
    let parts = engine.parts();
    let mut unknown = HashSet::new();
    let mut found: Vec<Vec<Diagnostic>> =
        (0..parts.len()).map(|index| Walk::new(engine, index, variables).findings(&mut unknown)).collect();
    // What is known to be missing must not hide what comes after it.
    let stand_in = unknown.into_iter().map(|name| (name, "x".into()));
    let variables: Variables =
        variables.iter().map(|(name, value)| (name.to_owned(), value.clone())).chain(stand_in).collect();
    for (persona, severity) in [(full(), Severity::Error), (Persona::new("Ada", "A guide."), Severity::Warning)] {
        try_out(engine, &persona, severity, &variables, &mut found)?;
    }
    let mut all = Vec::new();
    for (part, found) in parts.iter().zip(found).filter(|(_, found)| !found.is_empty()) {
        let mut diagnostics = Diagnostics::new(Arc::new(part.source.clone()), Limits::default().findings);
        for found in found {
            diagnostics.push(found);
        }
        diagnostics.sort();
        all.push(diagnostics);
    }
    Ok(all)
}

/// Renders for a persona, section by section where that can be, so that one fault does not hide the next.
fn try_out(
    engine: &Engine,
    persona: &Persona,
    severity: Severity,
    variables: &Variables,
    found: &mut [Vec<Diagnostic>],
) -> Result<(), Error> {
    let scope = Scope::of(persona, variables)?;
    let parts = engine.parts();
    let names: Vec<&str> = parts.root().blocks.names().collect();
    let wanted = names.iter().map(Some).chain([None]);
    for wanted in wanted {
        let rendered = engine.sections(scope.clone(), |name| wanted.is_none_or(|wanted| *wanted == name));
        let Err(error) = rendered else { continue };
        let Some(diagnostics) = error.diagnostics() else { return Err(error) };
        let Some(index) = parts.iter().position(|part| part.source == *diagnostics.source()) else { continue };
        for diagnostic in diagnostics {
            let mut diagnostic = diagnostic.clone();
            let overlaps = |other: &Diagnostic| {
                other.span.start() < diagnostic.span.end() && diagnostic.span.start() < other.span.end()
                    || other.span == diagnostic.span
            };
            if found[index].iter().any(overlaps) {
                continue;
            }
            if severity < diagnostic.severity {
                diagnostic.severity = severity;
                diagnostic = diagnostic.help("this fails for a persona that has no more than a name and a description");
            }
            found[index].push(diagnostic);
        }
    }
    Ok(())
}
