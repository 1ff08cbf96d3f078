//! The `persona` command. It is a crate of its own and can only use the public interface.

mod check;
mod command;
mod explain;
mod graph;
mod input;
mod mend;
mod output;
mod persona_path;
mod prompt;
mod talk;
mod template;
mod visible;
mod watch;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};

use personas::Source;

use self::command::{Color, Command, Persona};

fn main() -> ExitCode {
    let matches = Persona::command().get_matches();
    let arguments = Persona::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match arguments.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::AlwaysAnsi.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    run(arguments.command, &matches).unwrap_or_else(Failure::report)
}

fn run(command: Command, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    match command {
        Command::Check(check) => {
            let targets = matches.subcommand_matches("check").map(output::targets).unwrap_or_default();
            return check.run(&targets);
        }
        Command::Prompt(prompt) => return prompt.run(),
        Command::Talk(talk) => return talk.run(),
        Command::Graph(graph) => return graph.run(),
        Command::Explain(explain) => return explain.run(),
        Command::Schema => print(personas::SCHEMA)?,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Persona::command(), "persona", &mut script);
            print(&String::from_utf8_lossy(&script))?;
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Persona::command()).render(&mut page)?;
            print(&String::from_utf8_lossy(&page))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Why the command could not do its work.
enum Failure {
    Message(String),
    Error(personas::Error),
    Output(io::Error),
}

impl Failure {
    fn report(self) -> ExitCode {
        let message = match self {
            // Whoever read our output has seen enough; that is no fault.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Self::Output(error) => format!("error: cannot write: {error}"),
            Self::Message(message) => format!("error: {message}"),
            Self::Error(error) => {
                let code = match error.kind() {
                    personas::ErrorKind::Invalid | personas::ErrorKind::Template => ExitCode::from(1),
                    _ => ExitCode::from(2),
                };
                let shown = match error.diagnostics() {
                    Some(diagnostics) => render(diagnostics),
                    None => format!("error: {error}"),
                };
                let _ = writeln!(anstream::stderr(), "{shown}");
                return code;
            }
        };
        let _ = writeln!(anstream::stderr(), "{message}");
        ExitCode::from(2)
    }
}

impl From<personas::Error> for Failure {
    fn from(error: personas::Error) -> Self {
        Self::Error(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Findings in colour; the stream they are written to takes the colour out where it does not belong.
fn render(diagnostics: &personas::Diagnostics) -> String {
    output::renderer().render(diagnostics)
}

fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()
}

/// A file that is no persona: a template, or a schema.
fn read(path: &Path) -> Result<Source, Failure> {
    Source::read(path).map_err(|error| {
        Failure::Message(format!("cannot read {}: {error}", path.display().to_string().escape_debug()))
    })
}
