use std::io::{self, Write};

use super::Format;
use super::concise::line;
use super::escape::escape;
use super::view::{CheckedFile, Finding};
use crate::diagnostic::Severity;

#[derive(Debug)]
pub(super) struct Junit;

impl Format for Junit {
    fn begin(&mut self, output: &mut dyn Write) -> io::Result<()> {
        output.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"persona\">\n")
    }

    fn add(&mut self, output: &mut dyn Write, file: &CheckedFile<'_>) -> io::Result<()> {
        let name = xml(file.name());
        let (tests, failures) = file.findings().fold((0, 0), |(tests, failures), finding| {
            (tests + 1, failures + usize::from(finding.severity == Severity::Error))
        });
        writeln!(
            output,
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\">",
            tests.max(1)
        )?;
        if tests == 0 {
            writeln!(output, "    <testcase name=\"valid\" classname=\"{name}\" file=\"{name}\"/>")?;
        }
        file.findings().try_for_each(|finding| test_case(output, file, &finding, &name))?;
        output.write_all(b"  </testsuite>\n")
    }

    fn end(&mut self, output: &mut dyn Write) -> io::Result<()> {
        output.write_all(b"</testsuites>\n")
    }
}

/// One finding. A warning does not fail the check, so it does not fail the test either, and is told beside it.
fn test_case(output: &mut dyn Write, file: &CheckedFile<'_>, finding: &Finding<'_>, name: &str) -> io::Result<()> {
    let position = file.source().position(finding.span.start());
    writeln!(
        output,
        "    <testcase name=\"{} at {position}\" classname=\"{name}\" file=\"{name}\" line=\"{}\">",
        finding.code, position.line
    )?;
    let help: String = finding.help.iter().map(|help| format!("\nhelp: {}", xml(help))).collect();
    let text = xml(&line(file, finding)) + &*help;
    match finding.severity {
        Severity::Error => writeln!(
            output,
            "      <failure message=\"{}\" type=\"{}\">{text}</failure>",
            xml(&finding.message),
            finding.code
        )?,
        Severity::Warning | Severity::Note => writeln!(output, "      <system-out>{text}</system-out>")?,
    }
    output.write_all(b"    </testcase>\n")
}

/// Text for XML 1.0, in a value or between tags. What XML cannot say at all becomes a replacement character.
fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                escaped.push('\u{fffd}');
            }
            other => escaped.push(other),
        }
    }
    escape(&escaped, |character| format!("&#{};", u32::from(character))).into_owned()
}
