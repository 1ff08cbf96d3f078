//! What to check: files, folders, patterns, and standard input.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;
use ignore::overrides::OverrideBuilder;
use personas::{Checker, Document, Limits, Source};

use crate::Failure;

/// One thing to check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Input {
    File(PathBuf),
    /// Standard input, by the name it goes under.
    Standard(String),
}

impl Input {
    /// The name as findings show it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Standard(name) => name.clone(),
        }
    }

    pub(crate) fn read(&self, checker: &Checker) -> Result<Document, personas::Error> {
        match self {
            Self::File(path) => checker.read(path),
            Self::Standard(name) => Ok(checker.check(standard_input(name).clone())),
        }
    }

    /// The text, when it can be read.
    pub(crate) fn source(&self) -> Option<Arc<Source>> {
        Some(Arc::new(match self {
            Self::File(path) => Source::read(path).ok()?,
            Self::Standard(name) => standard_input(name).clone(),
        }))
    }
}

/// Standard input, as far as the limit; what cannot be read counts as its end. It can be read once.
fn standard_input(name: &str) -> &'static Source {
    static STANDARD: OnceLock<Source> = OnceLock::new();
    STANDARD.get_or_init(|| {
        let mut bytes = Vec::new();
        let enough = u64::try_from(Limits::default().bytes).unwrap_or(u64::MAX).saturating_add(1);
        let _ = std::io::stdin().lock().take(enough).read_to_end(&mut bytes);
        Source::from_bytes(name, bytes)
    })
}

/// What paths lead to, each once, in the order of the names; and what could not be looked at.
pub(crate) fn collect(
    paths: &[PathBuf],
    exclude: &[String],
    standard_name: &str,
) -> Result<(Vec<Input>, Vec<String>), Failure> {
    let mut inputs = Vec::new();
    let mut unreadable = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            inputs.push(Input::Standard(standard_name.to_owned()));
        } else if path.is_dir() {
            walk(path, exclude, is_persona, &mut inputs, &mut unreadable)?;
        } else if let (false, Some((base, pattern))) = (path.exists(), pattern(path)?) {
            walk(&base, exclude, |file| pattern.is_match(clean(file)), &mut inputs, &mut unreadable)?;
        } else {
            inputs.push(Input::File(path.clone()));
        }
    }
    if inputs.is_empty() && unreadable.is_empty() {
        let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        return Err(Failure::Message(format!("no persona file in {}", paths.join(", ").escape_debug())));
    }
    inputs.sort_unstable();
    inputs.dedup();
    Ok((inputs, unreadable))
}

fn walk(
    folder: &Path,
    exclude: &[String],
    is_wanted: impl Fn(&Path) -> bool,
    inputs: &mut Vec<Input>,
    unreadable: &mut Vec<String>,
) -> Result<(), Failure> {
    let mut overrides = OverrideBuilder::new(folder);
    for pattern in exclude {
        let bad = |error: ignore::Error| Failure::Message(format!("--exclude: {}", error.to_string().escape_debug()));
        overrides.add(&format!("!{pattern}")).map_err(bad)?;
    }
    let overrides = overrides.build().map_err(|error| Failure::Message(error.to_string()))?;
    for entry in WalkBuilder::new(folder).require_git(false).overrides(overrides).build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) && is_wanted(entry.path()) => {
                // What is found from the working folder goes by the name that a person would give it.
                let path = entry.path();
                inputs.push(Input::File(if folder == Path::new(".") { clean(path) } else { path }.to_owned()));
            }
            Ok(_) => {}
            Err(error) => unreadable.push(error.to_string()),
        }
    }
    Ok(())
}

/// A path with `*`, `?` or `[` in it that is no file: the folder to look in, and what to look for.
fn pattern(path: &Path) -> Result<Option<(PathBuf, GlobMatcher)>, Failure> {
    let text = path.to_string_lossy();
    if !text.contains(['*', '?', '[', '{']) {
        return Ok(None);
    }
    let bad = |error: globset::Error| Failure::Message(error.to_string().escape_debug().to_string());
    let glob = GlobBuilder::new(clean(Path::new(text.as_ref())).to_string_lossy().as_ref())
        .literal_separator(true)
        .build()
        .map_err(bad)?;
    let plain = path.components().take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']));
    let base: PathBuf = plain.collect();
    let base = if base.as_os_str().is_empty() { PathBuf::from(".") } else { base };
    Ok(Some((base, glob.compile_matcher())))
}

/// Without the `./` that a walk of the working folder puts before names.
fn clean(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

fn is_persona(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known)))
}
