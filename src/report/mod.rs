//! What was found in many files, written as a person, a program or a server takes it.

mod concise;
mod escape;
mod fingerprint;
mod full;
mod github;
mod gitlab;
mod json;
mod json_array;
mod junit;
mod output_format;
mod rdjson;
mod sarif;
#[cfg(test)]
mod tests;
mod view;

use std::io::{self, Write};

use self::full::Full;
pub use self::output_format::OutputFormat;
use self::view::CheckedFile;
use crate::diagnostic::{Diagnostics, Renderer};

/// The findings of many files, written in one [`OutputFormat`] as they come.
///
/// Nothing of a file is kept once it is added, so a report on 20,000 files takes no more memory than one on two. The
/// same files in the same order give the same bytes. Names and texts of files are somebody's input: whatever they hold,
/// they end no string, start no line and no command of a build server, and reach no terminal as a control character.
///
/// A report is written in many small pieces; give it a [`BufWriter`](std::io::BufWriter) where that costs.
///
/// ```
/// use personas::{Document, OutputFormat, Report, Source};
///
/// let mut report = Report::new(OutputFormat::Concise, Vec::new())?;
/// let ada = Document::parse(Source::new("ada.yaml", "name: Ada\ndescription: A guide.\ngreting: Hello!\n"));
/// report.add(ada.diagnostics())?;
/// assert_eq!(report.finish()?, b"ada.yaml:3:1: error[unknown-key]: unknown key `greting`\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a report is whole only once it is finished"]
pub struct Report<W> {
    writer: W,
    output_format: OutputFormat,
    format: Box<dyn Format>,
}

impl<W: Write> Report<W> {
    /// Begins a report.
    ///
    /// # Errors
    ///
    /// The writer does not take what a format begins with.
    pub fn new(output_format: OutputFormat, mut writer: W) -> io::Result<Self> {
        let mut format: Box<dyn Format> = match output_format {
            OutputFormat::Full => Box::new(Full::new(Renderer::plain())),
            OutputFormat::Concise => Box::new(concise::Concise),
            OutputFormat::Json => Box::<json::Json>::default(),
            OutputFormat::JsonLines => Box::new(json::JsonLines),
            OutputFormat::Github => Box::new(github::Github),
            OutputFormat::Gitlab => Box::<gitlab::Gitlab>::default(),
            OutputFormat::Junit => Box::new(junit::Junit),
            OutputFormat::Sarif => Box::<sarif::Sarif>::default(),
            OutputFormat::Rdjson => Box::<rdjson::Rdjson>::default(),
        };
        format.begin(&mut writer)?;
        Ok(Self { writer, output_format, format })
    }

    /// Shows findings by a renderer of yours, in colour or of another width; only [`OutputFormat::Full`] has any use for
    /// it.
    pub fn with_renderer(mut self, renderer: Renderer) -> Self {
        if self.output_format == OutputFormat::Full {
            self.format = Box::new(Full::new(renderer));
        }
        self
    }

    /// Writes what was found in a file. Call it for every file that was checked, once; some formats list those in which
    /// nothing was found.
    ///
    /// # Errors
    ///
    /// The writer does not take it.
    pub fn add(&mut self, diagnostics: &Diagnostics) -> io::Result<()> {
        self.format.add(&mut self.writer, &CheckedFile::new(diagnostics))
    }

    /// Ends the report, and gives the writer back.
    ///
    /// # Errors
    ///
    /// The writer does not take what a format ends with, or cannot be flushed.
    pub fn finish(mut self) -> io::Result<W> {
        self.format.end(&mut self.writer)?;
        self.writer.flush()?;
        Ok(self.writer)
    }
}

/// How one format writes a report: what stands before the first file, for each file, and after the last.
trait Format: std::fmt::Debug + Send + Sync {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn add(&mut self, output: &mut dyn Write, file: &CheckedFile<'_>) -> io::Result<()>;

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
