use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ignore::WalkBuilder;
use personas::{Document, Severity};

use crate::command::Check;
use crate::{Failure, render};

impl Check {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let mut tally = Tally::default();
        for path in self.files(&mut tally)? {
            match Document::read(&path) {
                Ok(document) => tally.add(&document)?,
                Err(error) => tally.cannot_read(&error.to_string())?,
            }
        }
        tally.finish()
    }

    /// The files to check, each once, in the order of their names.
    fn files(&self, tally: &mut Tally) -> Result<BTreeSet<PathBuf>, Failure> {
        let mut files = BTreeSet::new();
        for path in &self.paths {
            if !path.is_dir() {
                files.insert(path.clone());
                continue;
            }
            for entry in WalkBuilder::new(path).require_git(false).build() {
                match entry {
                    Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) && is_persona(entry.path()) => {
                        files.insert(entry.into_path());
                    }
                    Ok(_) => {}
                    Err(error) => tally.cannot_read(&error.to_string())?,
                }
            }
        }
        if files.is_empty() && tally.unreadable == 0 {
            let paths: Vec<String> = self.paths.iter().map(|path| path.display().to_string()).collect();
            return Err(Failure::Message(format!(
                "no .yaml, .yml or .json file in {}",
                paths.join(", ").escape_debug()
            )));
        }
        Ok(files)
    }
}

fn is_persona(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

/// What was found so far.
#[derive(Default)]
struct Tally {
    files: usize,
    errors: usize,
    warnings: usize,
    unreadable: usize,
}

impl Tally {
    fn add(&mut self, document: &Document) -> Result<(), Failure> {
        let diagnostics = document.diagnostics();
        self.files += 1;
        self.errors += diagnostics.count(Severity::Error) + diagnostics.omitted();
        self.warnings += diagnostics.count(Severity::Warning);
        if !diagnostics.is_empty() {
            writeln!(anstream::stdout().lock(), "{}\n", render(diagnostics))?;
        }
        Ok(())
    }

    fn cannot_read(&mut self, why: &str) -> Result<(), Failure> {
        self.unreadable += 1;
        writeln!(anstream::stderr().lock(), "error: {why}")?;
        Ok(())
    }

    fn finish(self) -> Result<ExitCode, Failure> {
        let mut summary = format!("{} checked", count(self.files, "file"));
        for (number, what) in [(self.errors, "error"), (self.warnings, "warning")] {
            if number > 0 {
                summary += &format!(", {}", count(number, what));
            }
        }
        if self.unreadable > 0 {
            summary += &format!(", {} not read", self.unreadable);
        }
        writeln!(anstream::stderr().lock(), "{summary}")?;
        Ok(match (self.unreadable, self.errors) {
            (0, 0) => ExitCode::SUCCESS,
            (0, _) => ExitCode::from(1),
            _ => ExitCode::from(2),
        })
    }
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
