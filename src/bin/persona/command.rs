use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Checks persona files and turns them into system prompts.
#[derive(Parser)]
#[command(name = "persona", version, arg_required_else_help = true)]
pub(crate) struct Persona {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Check persona files, and say what is wrong and where
    Check(Check),
    /// Print the system prompt of a persona
    Prompt(Prompt),
    /// Print the JSON Schema of persona files
    Schema,
}

/// Check persona files, and say what is wrong and where.
///
/// The exit code is 0 when no file has an error, 1 when one has, and 2 when the check could not run: no file was
/// found, or one could not be read.
#[derive(Args)]
pub(crate) struct Check {
    /// Files, and folders whose .yaml, .yml and .json files are checked
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
}

/// Print the system prompt of a persona.
#[derive(Args)]
pub(crate) struct Prompt {
    /// The persona file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// A Jinja template to use in place of the built-in one
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
    /// A variable for the template, such as user=Sam; can be given more than once
    #[arg(long = "var", value_name = "KEY=VALUE", value_parser = variable)]
    pub(crate) variables: Vec<(String, String)>,
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write KEY=VALUE".to_owned()),
    }
}
