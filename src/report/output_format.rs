use crate::diagnostic::{nearest, quote};
use crate::error::Error;

/// What a [`Report`](crate::Report) is written for.
///
/// ```
/// use personas::OutputFormat;
///
/// let format: OutputFormat = "json-lines".parse()?;
/// assert_eq!(format, OutputFormat::JsonLines);
///
/// let error = "sarf".parse::<OutputFormat>().unwrap_err();
/// assert_eq!(error.to_string(), "unknown output format `sarf`; did you mean `sarif`?");
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OutputFormat {
    /// For a person: each finding with its snippet and help, as [`Renderer`](crate::Renderer) shows it.
    #[default]
    Full,
    /// For a person, or an editor that reads compilers: `file:line:column: severity[code]: message`, a line each.
    Concise,
    /// For a program: one JSON array of findings.
    ///
    /// Lines and columns count from 1, columns in Unicode scalar values, bytes from 0. `path` is the JSON Pointer of
    /// the value. `fix` is `null`, or holds edits that do not overlap and whether they are `safe` to make unseen.
    Json,
    /// For a program: the objects of [`OutputFormat::Json`], a line each.
    JsonLines,
    /// For GitHub Actions: workflow commands that put findings beside the lines of a pull request.
    Github,
    /// For GitLab: a Code Quality report. Its fingerprints stay when lines are put above a finding.
    Gitlab,
    /// For servers that show tests: the XML of `JUnit`, a suite for each file. Only errors are failures.
    Junit,
    /// For code scanning: SARIF 2.1.0, with every [`Code`](crate::Code) as a rule, and fixes.
    Sarif,
    /// For reviewdog: its Diagnostic Format. Columns count bytes there.
    Rdjson,
}

impl OutputFormat {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Full,
        Self::Concise,
        Self::Json,
        Self::JsonLines,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Sarif,
        Self::Rdjson,
    ];

    /// The name that settings use, in kebab case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::JsonLines => "json-lines",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
            Self::Rdjson => "rdjson",
        }
    }
}

impl std::fmt::Display for OutputFormat {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.name())
    }
}

impl std::str::FromStr for OutputFormat {
    type Err = Error;

    /// # Errors
    ///
    /// `sarf` is no format.
    fn from_str(name: &str) -> Result<Self, Error> {
        if let Some(format) = Self::ALL.iter().copied().find(|format| format.name() == name) {
            return Ok(format);
        }
        let names = || Self::ALL.iter().map(|format| format.name());
        let right = match nearest(name, names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("write one of {}", names().collect::<Vec<_>>().join(", ")),
        };
        Err(Error::argument(format!("unknown output format {}; {right}", quote(name))))
    }
}
