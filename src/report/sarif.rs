use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use super::Format;
use super::fingerprint::Fingerprints;
use super::json_array::{JsonArray, write_json};
use super::view::{CheckedFile, Finding};
use crate::diagnostic::Code;
use crate::source::Span;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Debug, Default)]
pub(super) struct Sarif {
    results: JsonArray,
}

impl Format for Sarif {
    fn begin(&mut self, output: &mut dyn Write) -> io::Result<()> {
        // The rules come first, though only the results say which of them are broken: so nothing has to be kept.
        write!(output, "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":")?;
        write_json(output, &Tool::default())?;
        output.write_all(b",\"columnKind\":\"unicodeCodePoints\",\"results\":[")
    }

    fn add(&mut self, output: &mut dyn Write, file: &CheckedFile<'_>) -> io::Result<()> {
        let mut fingerprints = Fingerprints::default();
        let uri = uri(file.path());
        file.findings().try_for_each(|finding| {
            let fingerprint = fingerprints.next(file, &finding);
            self.results.push(output, &ResultObject::new(file, &uri, &finding, fingerprint))
        })
    }

    fn end(&mut self, output: &mut dyn Write) -> io::Result<()> {
        self.results.end(output)?;
        output.write_all(b"}]}\n")
    }
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    information_uri: Option<&'static str>,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Help,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Help {
    #[serde(flatten)]
    plain: Message,
    markdown: &'static str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

impl Default for Tool {
    fn default() -> Self {
        let rules = Code::ALL.iter().copied().map(Rule::from).collect();
        let addresses = [env!("CARGO_PKG_HOMEPAGE"), env!("CARGO_PKG_REPOSITORY")];
        let information_uri = addresses.into_iter().find(|address| !address.is_empty());
        Self { driver: Driver { name: "persona", version: env!("CARGO_PKG_VERSION"), information_uri, rules } }
    }
}

/// Two descriptions that say the same, because GitHub's code scanning asks for both.
impl From<Code> for Rule {
    fn from(code: Code) -> Self {
        Self {
            id: code.name(),
            short_description: Message::new(code.summary()),
            full_description: Message::new(code.summary()),
            help: Help { plain: Message::new(code.explanation()), markdown: code.explanation() },
            default_configuration: Configuration { level: code.severity().name() },
        }
    }
}

impl Message {
    /// Text in which nothing is a link: `[here](https://…)` would be one, and may be what an author named a key.
    ///
    /// The standard would also have braces doubled, to tell them from the placeholders of a message with `arguments`.
    /// Ours has none, and whoever shows it as it stands would show `{{{{user}}}}` to an author who wrote `{{user}}`.
    fn new(text: &str) -> Self {
        let mut escaped = String::with_capacity(text.len());
        let like_link = text.contains("](");
        for character in text.chars() {
            if like_link && matches!(character, '\\' | '[' | ']') {
                escaped.push('\\');
            }
            escaped.push(character);
        }
        Self { text: escaped }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultObject<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'a str,
    message: Message,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    partial_fingerprints: PartialFingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixObject<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation<'a> {
    artifact_location: ArtifactLocation<'a>,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation<'a> {
    uri: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    byte_offset: usize,
    byte_length: usize,
}

#[derive(Serialize)]
struct PartialFingerprints {
    #[serde(rename = "personaFinding/v1")]
    finding: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixObject<'a> {
    artifact_changes: [ArtifactChange<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: ArtifactLocation<'a>,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Content<'a>,
}

#[derive(Serialize)]
struct Content<'a> {
    text: &'a str,
}

impl<'a> ResultObject<'a> {
    fn new(file: &CheckedFile<'_>, uri: &'a str, finding: &'a Finding<'_>, fingerprint: String) -> Self {
        let location = |span, message| Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri },
                region: Region::new(file, span),
            },
            message,
        };
        Self {
            rule_id: finding.code,
            rule_index: Code::ALL.iter().position(|code| code.name() == finding.code),
            level: finding.severity.name(),
            message: Message::new(&finding.text("\n")),
            locations: [location(finding.span, None)],
            related_locations: finding
                .related
                .iter()
                .map(|label| location(label.span, Some(Message::new(&label.message))))
                .collect(),
            partial_fingerprints: PartialFingerprints { finding: fingerprint },
            fixes: finding
                .fix
                .iter()
                .map(|fix| FixObject {
                    artifact_changes: [ArtifactChange {
                        artifact_location: ArtifactLocation { uri },
                        replacements: fix
                            .edits
                            .iter()
                            .map(|edit| Replacement {
                                deleted_region: Region::new(file, edit.span),
                                inserted_content: Content { text: &edit.replacement },
                            })
                            .collect(),
                    }],
                })
                .collect(),
        }
    }
}

impl Region {
    fn new(file: &CheckedFile<'_>, span: Span) -> Self {
        let start = file.source().position(span.start());
        let end = file.source().position(span.end());
        Self {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
            byte_offset: start.byte,
            byte_length: end.byte - start.byte,
        }
    }
}

/// A path as a URI: relative, unless the path begins at the root or at a drive.
fn uri(path: &str) -> String {
    let drive = matches!(path.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    let mut uri = String::from(if drive || path.starts_with('/') { "file:///" } else { "" });
    for (index, byte) in path.trim_start_matches('/').bytes().enumerate() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            b':' if drive && index == 1 => uri.push(':'),
            // Writing to a `String` cannot fail.
            other => _ = write!(uri, "%{other:02X}"),
        }
    }
    uri
}
