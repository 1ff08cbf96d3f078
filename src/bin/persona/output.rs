//! Where findings go: to standard output and to files, each in a format of its own.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use personas::{Diagnostics, OutputFormat, Renderer, Report};
use tempfile::NamedTempFile;
use terminal_size::terminal_size_of;

/// One format, and the file that it goes to if it does not go to standard output.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    format: OutputFormat,
    file: Option<PathBuf>,
}

/// The targets as they stand on the command line: a file belongs to the format before it.
pub(crate) fn targets(matches: &ArgMatches) -> Vec<Target> {
    let formats = matches.get_many::<OutputFormat>("output_format").into_iter().flatten().copied();
    let at = matches.indices_of("output_format").into_iter().flatten();
    let mut targets: Vec<(usize, Target)> = at.zip(formats.map(|format| Target { format, file: None })).collect();
    if targets.is_empty() {
        targets.push((0, Target { format: OutputFormat::Full, file: None }));
        if std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
            targets.push((0, Target { format: OutputFormat::Github, file: None }));
        }
    }
    let files = matches.get_many::<PathBuf>("output_file").into_iter().flatten().cloned();
    for (at, file) in matches.indices_of("output_file").into_iter().flatten().zip(files) {
        let before = targets.iter().rposition(|(format, _)| *format < at).unwrap_or(0);
        targets[before].1.file = Some(file);
    }
    targets.into_iter().map(|(_, target)| target).collect()
}

/// The reports that are being written.
pub(crate) struct Outputs(Vec<Output>);

struct Output {
    report: Report<Box<dyn Write>>,
    /// None for standard output.
    pending: Option<Pending>,
}

/// A file that takes its place only when it is whole.
struct Pending {
    file: NamedTempFile,
    path: PathBuf,
}

impl Outputs {
    pub(crate) fn begin(targets: &[Target]) -> io::Result<Self> {
        let mut reports = Vec::new();
        for target in targets {
            let pending = target.file.as_deref().map(Pending::new).transpose()?;
            let writer: Box<dyn Write> = match &pending {
                Some(pending) => Box::new(BufWriter::new(pending.file.reopen()?)),
                // The stream takes the colours out where they do not belong.
                None if target.format == OutputFormat::Full => Box::new(BufWriter::new(anstream::stdout())),
                None => Box::new(BufWriter::new(io::stdout())),
            };
            let report = Report::new(target.format, writer)?;
            let report = if pending.is_none() { report.with_renderer(renderer()) } else { report };
            reports.push(Output { report, pending });
        }
        Ok(Self(reports))
    }

    pub(crate) fn add(&mut self, diagnostics: &Diagnostics) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|output| output.report.add(diagnostics))
    }

    pub(crate) fn finish(self) -> io::Result<()> {
        for Output { report, pending } in self.0 {
            drop(report.finish()?);
            if let Some(Pending { file, path }) = pending {
                file.persist(path)?;
            }
        }
        Ok(())
    }
}

/// In colour, and no wider than the terminal, if there is one.
pub(crate) fn renderer() -> Renderer {
    let renderer = Renderer::colored();
    match terminal_size_of(io::stdout()) {
        Some((columns, _)) => renderer.width(columns.0.into()),
        None => renderer,
    }
}

impl Pending {
    fn new(path: &Path) -> io::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        // As an ordinary new file would be, not as a secret.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        Ok(Self { file: builder.tempfile_in(folder)?, path: path.to_owned() })
    }
}
