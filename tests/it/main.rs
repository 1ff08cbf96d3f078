//! One test binary. Cases are files under `tests/fixtures`: what one writes, beside what one sees.

mod support;

mod explanations;
mod fixtures;
mod hostile;
mod mending;
mod oracle;
mod package;
mod personas;
mod prompts;
mod property;
mod reading;
#[cfg(feature = "validate")]
mod report;
#[cfg(feature = "schema")]
mod schema;
mod team_schema;
mod templates;

#[cfg(feature = "cli")]
mod command;
#[cfg(all(feature = "cli", unix))]
mod integrations;
#[cfg(feature = "cli")]
mod readme;
