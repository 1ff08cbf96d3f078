//! What the fixes make of a file.

#![cfg(feature = "validate")]

use personas::{Applicability, Document, Source};

use crate::support::{assert_beside, files, name};

/// The safe fixes of every fixture, as a file beside a file; made twice they change nothing more, and what they leave
/// has no safe fix to make.
#[test]
fn safe_fixes_are_as_shown() {
    for path in files("tests/fixtures/invalid", &["yaml"]) {
        let bytes = std::fs::read(&path).expect("a fixture");
        let file_name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let document = Document::parse(Source::from_bytes(file_name.as_str(), bytes));
        let (before, findings) = (document.source().text().to_owned(), document.diagnostics().len());
        let mended = document.mend(Applicability::Safe);
        let after = mended.document.source().text().to_owned();
        assert_eq!(mended.fixes > 0, before != after, "{}", name(&path));
        assert!(mended.fixes == 0 || mended.document.diagnostics().len() < findings, "{}", name(&path));
        if mended.fixes > 0 {
            assert_beside(&path.with_file_name(format!("{file_name}.fixed")), &after);
        }
        let again = mended.document.mend(Applicability::Safe);
        assert_eq!((again.fixes, again.document.source().text()), (0, after.as_str()), "{}", name(&path));
    }
}

/// Where a fix is offered, it leaves the file clean of that finding.
#[test]
fn each_kind_of_fix_mends() {
    for (text, mended, up_to) in [
        ("nmae: Ada # x\ndescription: y\n", "name: Ada # x\ndescription: y\n", Applicability::Safe),
        ("name: 1.10\ndescription: true\n", "name: \"1.10\"\ndescription: \"true\"\n", Applicability::Safe),
        (
            "name: Ada\ndescription: {{char}} says \"so\".  # no comment\n",
            "name: Ada\ndescription: \"{{char}} says \\\"so\\\".  # no comment\"\n",
            Applicability::Safe,
        ),
        (
            "name: Ada\ndescription: x\ntags: [a, b, A, yes]\n",
            "name: Ada\ndescription: x\ntags: [a, b, \"yes\"]\n",
            Applicability::Safe,
        ),
        (
            "name: Ada\r\ndescription: x\r\ntags:\r\n  - a\r\n  - b\r\n  - a\r\n",
            "name: Ada\r\ndescription: x\r\ntags:\r\n  - a\r\n  - b\r\n",
            Applicability::Safe,
        ),
        ("name: \"A\u{200b}d\u{2060}a\"\ndescription: x\n", "name: \"Ada\"\ndescription: x\n", Applicability::Safe),
        ("nаme: Ada\ndescription: x\n", "name: Ada\ndescription: x\n", Applicability::Safe),
        (
            "name: Ada\ndescription: x\nextensions: {1: a}\n",
            "name: Ada\ndescription: x\nextensions: {\"1\": a}\n",
            Applicability::Safe,
        ),
        ("name: Ada\ndescription: Hi {{usr}}\n", "name: Ada\ndescription: Hi {{user}}\n", Applicability::Unsafe),
        (
            "name: Ada\ndescription: x\ngreeting: \"{{char}}: Hi\"\n",
            "name: Ada\ndescription: x\ngreeting: \"Hi\"\n",
            Applicability::Unsafe,
        ),
        ("name: Ada\ndescription: x\nid: eda\n", "name: Ada\ndescription: x\nid: ada\n", Applicability::Unsafe),
        (
            "name: Ada\ndescription: x\nextensions: {a: .nan}\n",
            "name: Ada\ndescription: x\nextensions: {a: \".nan\"}\n",
            Applicability::Unsafe,
        ),
        (
            "spec: persona/v2\nname: Ada\ndescription: x\n",
            "spec: persona/v1\nname: Ada\ndescription: x\n",
            Applicability::Unsafe,
        ),
    ] {
        let outcome = Document::parse(Source::new("ada.yaml", text)).mend(up_to);
        assert_eq!(outcome.document.source().text(), mended);
        assert!(outcome.document.diagnostics().is_empty(), "{}", outcome.document.diagnostics());
        if up_to == Applicability::Unsafe {
            assert_eq!(Document::parse(Source::new("ada.yaml", text)).mend(Applicability::Safe).fixes, 0, "{text}");
        }
    }
}
