//! The command line, from which help, completions and the manual page are made.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use personas::{Code, OutputFormat};

use crate::persona_path::PersonaPath;
use crate::template::Template;

/// Checks persona files and turns them into system prompts.
#[derive(Parser)]
#[command(name = "persona", version, arg_required_else_help = true)]
pub(crate) struct Persona {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Check(Box<Check>),
    Prompt(Prompt),
    Talk(Talk),
    Graph(Graph),
    Explain(Explain),
    /// Print the JSON Schema of persona files
    Schema,
    /// Print a script that completes the command in a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// When to use colour.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` says otherwise
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Check persona files, and say what is wrong and where.
///
/// Files that are given together, or in a folder, know each other: what they extend, whom they are related to, and that no
/// two have the same id.
///
/// The exit code is 0 when no file has an error, 1 when one has, and 2 when the check could not run: no file was
/// found, or one could not be read.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Check {
    /// Files, patterns such as 'cast/**/*.yaml', folders (their .yaml, .yml and .json files that git does not ignore),
    /// or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Leave out what matches, as in a .gitignore file; can be given more than once
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,
    /// A JSON Schema of your own, to check against beside the format's; can be given more than once
    #[arg(long = "schema", value_name = "FILE")]
    pub(crate) schemas: Vec<PathBuf>,
    /// What findings call standard input
    #[arg(long, value_name = "NAME", default_value = "<stdin>")]
    pub(crate) stdin_filename: String,
    /// Print the files that would be checked, and check none
    #[arg(long)]
    pub(crate) list_files: bool,
    /// Check again whenever a file changes, until the command is stopped
    #[arg(long, conflicts_with_all = ["fix", "unsafe_fixes", "diff"])]
    pub(crate) watch: bool,
    /// The form that findings take: full, concise, json, json-lines, github, gitlab, junit, sarif or rdjson; can be given
    /// more than once [default: full, and in a GitHub workflow also github]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) output_format: Vec<OutputFormat>,
    /// The file that the format before this goes to, in place of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output_file: Vec<PathBuf>,
    /// The gravest finding that passes is one below this
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,
    /// Mend what can safely be mended, and report the rest
    #[arg(long)]
    pub(crate) fix: bool,
    /// Mend all that can be mended, also what a person should look at
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,
    /// Show what --fix or --unsafe-fixes would change in place of findings, and change nothing
    #[arg(long)]
    pub(crate) diff: bool,
}

/// From which severity on the exit code is 1.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
    /// Any finding
    Note,
    /// Nothing: report, and pass
    Never,
}

/// Print the prompt of a persona: its text, or the request to a backend.
#[derive(Args)]
pub(crate) struct Prompt {
    #[command(flatten)]
    pub(crate) persona: PersonaPath,
    #[command(flatten)]
    pub(crate) template: Template,
    /// What the visitor writes: of the questions, those that bear on it go in
    #[arg(long, value_name = "TEXT")]
    pub(crate) message: Option<String>,
    /// The conversation so far: a JSON list of messages with "role" and "content"
    #[arg(long, value_name = "FILE")]
    pub(crate) history: Option<PathBuf>,
    /// Which questions go in: all, none, or at most so many that bear on the message [default: all, and with a message 3]
    #[arg(long, value_name = "ITEMS", value_parser = items)]
    pub(crate) faq: Option<Items>,
    /// Which example dialogues go in: all, none, or at most so many that bear on the message
    #[arg(long, value_name = "ITEMS", value_parser = items, default_value = "all")]
    pub(crate) examples: Items,
    /// How many tokens the prompt may have; what matters least is left out
    #[arg(long, value_name = "NUMBER")]
    pub(crate) max_tokens: Option<usize>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// The model that a request names
    #[arg(long, value_name = "NAME", default_value = "MODEL")]
    pub(crate) model: String,
    /// Tell what takes how many tokens, what was left out and why, and where each piece comes from; with a request as
    /// the format, beside it on standard error
    #[arg(long)]
    pub(crate) explain: bool,
    /// Look for faults in the template, such as names that nothing gives a value to, and print no prompt
    #[arg(long, conflicts_with = "explain")]
    pub(crate) lint: bool,
}

/// Print who is related to whom in a folder of personas, for a program that draws it.
#[derive(Args)]
pub(crate) struct Graph {
    /// The folder
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// The language that the graph is written in
    #[arg(long, value_enum, default_value_t = GraphFormat::Dot)]
    pub(crate) format: GraphFormat,
}

/// What `persona graph` prints.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// For Graphviz
    Dot,
    /// For Mermaid, as in Markdown
    Mermaid,
}

/// Which items of a list go into a prompt.
#[derive(Clone, Copy)]
pub(crate) enum Items {
    All,
    None,
    Most(usize),
}

/// What `persona prompt` prints.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The system prompt, and what the message brings in
    Text,
    /// All zones of the prompt with the report
    Json,
    /// The body of a request to OpenAI's Chat Completions
    OpenaiChat,
    /// The body of a request to OpenAI's Responses
    OpenaiResponses,
    /// The body of a request to Anthropic's Messages
    Anthropic,
    /// The body of a request to Gemini
    Gemini,
    /// The body of a request to Ollama
    Ollama,
}

/// Talk with a persona, over any server that speaks OpenAI's Chat Completions.
///
/// Without options it talks to Ollama on this machine; LM Studio, llama.cpp, vLLM and the providers that have an
/// OpenAI-compatible address work too. If the server wants a key, it is taken from the environment variable
/// `OPENAI_API_KEY`. Within the conversation, /help lists the commands. From a pipe, each line is a message.
///
/// The exit code is 0 when you end the conversation, 1 when the persona is invalid, and 2 when there could be none: the
/// server does not answer, or refuses.
#[derive(Args)]
pub(crate) struct Talk {
    #[command(flatten)]
    pub(crate) persona: PersonaPath,
    /// The server's address, before /chat/completions [default: the environment variable `OPENAI_BASE_URL`, or else
    /// `http://localhost:11434/v1`, where Ollama is]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// The model [default: the environment variable `OPENAI_MODEL`, or else the first that the server lists]
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    #[command(flatten)]
    pub(crate) template: Template,
    /// The most tokens that the prompt may take, such as 3000 for a model that sees 4096; the conversation comes on top
    #[arg(long, value_name = "NUMBER")]
    pub(crate) max_tokens: Option<usize>,
    /// Put the system prompt into the first message, for models that know no system role
    #[arg(long)]
    pub(crate) no_system_role: bool,
    /// How long to wait for the server's next word
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) timeout: u64,
}

/// Explain a kind of finding, or list them all.
#[derive(Args)]
pub(crate) struct Explain {
    /// The name in the brackets of a finding, such as unknown-key
    pub(crate) code: Option<Code>,
}

fn items(text: &str) -> Result<Items, String> {
    match text {
        "all" => Ok(Items::All),
        "none" => Ok(Items::None),
        number => number.parse().map(Items::Most).map_err(|_| "write all, none, or a number".to_owned()),
    }
}
