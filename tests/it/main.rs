//! One test binary. Cases are files under `tests/fixtures`: what one writes, beside what one sees.

mod support;

#[cfg(feature = "catalog")]
mod catalog;
mod chat;
mod explanations;
mod fixtures;
mod hostile;
mod mending;
#[cfg(feature = "catalog")]
mod merge_laws;
mod oracle;
mod package;
mod personas;
mod prompt_options;
mod prompts;
mod property;
mod reading;
#[cfg(feature = "validate")]
mod report;
#[cfg(feature = "schema")]
mod schema;
mod team_schema;
mod templates;
#[cfg(feature = "tiktoken")]
mod tokens;

#[cfg(feature = "cli")]
mod catalog_command;
#[cfg(feature = "cli")]
mod command;
#[cfg(all(feature = "cli", unix))]
mod integrations;
#[cfg(all(feature = "cli", target_os = "linux"))]
mod memory;
#[cfg(feature = "cli")]
mod prompt_command;
#[cfg(feature = "cli")]
mod readme;
#[cfg(feature = "cli")]
mod talk;
