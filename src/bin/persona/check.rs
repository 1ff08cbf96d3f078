use std::io::Write;
use std::process::ExitCode;

use personas::{Applicability, Checker, Document, Schema, Severity};
use rayon::prelude::*;

use crate::command::{Check, FailOn};
use crate::input::{Input, collect};
use crate::mend::{difference, replace};
use crate::output::{Outputs, Target};
use crate::watch::watch;
use crate::{Failure, print, read};

impl Check {
    pub(crate) fn run(self, targets: &[Target]) -> Result<ExitCode, Failure> {
        if self.list_files {
            let (inputs, _) = self.inputs()?;
            print(&inputs.iter().map(|input| input.name() + "\n").collect::<String>())?;
            return Ok(ExitCode::SUCCESS);
        }
        if self.watch {
            let inputs = || self.inputs().map(|(inputs, _)| inputs);
            watch(inputs, &self.schemas, || match self.once(targets) {
                Err(failure @ Failure::Output(_)) => Err(failure),
                // A file that is half saved is no reason to stop.
                Err(failure) => {
                    failure.report();
                    Ok(())
                }
                Ok(_) => Ok(()),
            })?;
        }
        self.once(targets)
    }

    fn inputs(&self) -> Result<(Vec<Input>, Vec<String>), Failure> {
        collect(&self.paths, &self.exclude, &self.stdin_filename)
    }

    fn once(&self, targets: &[Target]) -> Result<ExitCode, Failure> {
        let (inputs, unreadable) = self.inputs()?;
        let mut checker = Checker::default();
        for path in &self.schemas {
            checker = checker.with_schema(Schema::new(read(path)?)?);
        }
        let mut tally = Tally::default();
        for why in unreadable {
            tally.cannot(&why)?;
        }
        let is_of_many = self.is_of_many(&inputs);
        let knowing = |checker: Checker| if is_of_many { checker.together(&inputs, Input::source) } else { checker };
        if self.fixes().is_some() && !self.diff && is_of_many {
            // What one file has wrong, those who extend it are told of; so all are mended before any is reported on.
            let checker = knowing(checker.clone());
            each(&checker, &inputs, |input, document| match document {
                Ok(document) => self.mended(input, document, &mut tally).map(drop),
                Err(_) => Ok(()),
            })?;
        }
        let mut outputs = Outputs::begin(if self.diff { &[] } else { targets })?;
        self.check(&knowing(checker), &inputs, &mut outputs, &mut tally)?;
        outputs.finish()?;
        tally.finish(self.fail_on)
    }

    fn check(
        &self,
        checker: &Checker,
        inputs: &[Input],
        outputs: &mut Outputs,
        tally: &mut Tally,
    ) -> Result<(), Failure> {
        each(checker, inputs, |input, document| {
            match document {
                Ok(document) => {
                    let document = self.mended(input, document, tally)?;
                    tally.add(&document);
                    outputs.add(document.diagnostics())?;
                }
                Err(error) => tally.cannot(&error.to_string())?,
            }
            Ok(())
        })
    }

    /// Whether files are looked at together: of a single file, what it says of others cannot be known.
    fn is_of_many(&self, inputs: &[Input]) -> bool {
        inputs.len() > 1 || self.paths.iter().any(|path| path.is_dir())
    }

    fn fixes(&self) -> Option<Applicability> {
        match (self.unsafe_fixes, self.fix || self.diff) {
            (true, _) => Some(Applicability::Unsafe),
            (false, true) => Some(Applicability::Safe),
            (false, false) => None,
        }
    }

    /// Shows or makes the fixes, if that is asked for; the document that is then to be told of.
    fn mended(&self, input: &Input, document: Document, tally: &mut Tally) -> Result<Document, Failure> {
        let Some(up_to) = self.fixes() else {
            return Ok(document);
        };
        let mended = document.clone().mend(up_to);
        if mended.fixes == 0 {
            return Ok(document);
        }
        let text = mended.document.source().text();
        match input {
            _ if self.diff => {
                print(&difference(&input.name(), document.source().text(), text))?;
                return Ok(document);
            }
            Input::File(path) => {
                if let Err(error) = replace(path, text) {
                    tally.cannot(&format!("cannot write {}: {error}", input.name().escape_debug()))?;
                    return Ok(document);
                }
            }
            Input::Standard(_) => {
                tally.cannot("standard input cannot be mended; --diff shows what would change")?;
                return Ok(document);
            }
        }
        tally.fixed += mended.fixes;
        Ok(mended.document)
    }
}

/// Checks batch by batch, each on all threads; what is found is told in the order of the names.
fn each(
    checker: &Checker,
    inputs: &[Input],
    mut tell: impl FnMut(&Input, Result<Document, personas::Error>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    // So many files are in memory at once: enough to keep every thread busy.
    for batch in inputs.chunks(rayon::current_num_threads() * 8) {
        let documents: Vec<_> = batch.par_iter().map(|input| input.read(checker)).collect();
        for (input, document) in batch.iter().zip(documents) {
            tell(input, document)?;
        }
    }
    Ok(())
}

/// What was found so far.
#[derive(Default)]
struct Tally {
    files: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    fixed: usize,
    failures: usize,
}

impl Tally {
    fn add(&mut self, document: &Document) {
        let diagnostics = document.diagnostics();
        self.files += 1;
        self.errors += diagnostics.count(Severity::Error) + diagnostics.omitted();
        self.warnings += diagnostics.count(Severity::Warning);
        self.notes += diagnostics.count(Severity::Note);
    }

    fn cannot(&mut self, why: &str) -> Result<(), Failure> {
        self.failures += 1;
        writeln!(anstream::stderr().lock(), "error: {why}")?;
        Ok(())
    }

    fn finish(self, fail_on: FailOn) -> Result<ExitCode, Failure> {
        let mut summary = format!("{} checked", count(self.files, "file"));
        let parts =
            [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note"), (self.fixed, "fix made")];
        for (number, what) in parts {
            if number > 0 {
                summary += &format!(", {}", count(number, what));
            }
        }
        if self.failures > 0 {
            summary += &format!(", {}", count(self.failures, "failure"));
        }
        writeln!(anstream::stderr().lock(), "{summary}")?;
        let counted = match fail_on {
            FailOn::Error => self.errors,
            FailOn::Warning => self.errors + self.warnings,
            FailOn::Note => self.errors + self.warnings + self.notes,
            FailOn::Never => 0,
        };
        Ok(match (self.failures, counted) {
            (0, 0) => ExitCode::SUCCESS,
            (0, _) => ExitCode::from(1),
            _ => ExitCode::from(2),
        })
    }
}

fn count(number: usize, what: &str) -> String {
    match (number, what.split_once(' ')) {
        (1, _) => format!("1 {what}"),
        (_, Some((first, rest))) => format!("{number} {first}es {rest}"),
        (_, None) => format!("{number} {what}s"),
    }
}
