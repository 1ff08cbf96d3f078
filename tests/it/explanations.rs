//! Each page's first file has the fault, and its second has none.

#![cfg(feature = "validate")]

use personas::{Code, Document, Faq, Persona, PromptTemplate, Source, Variables};

/// The fenced blocks of a page, with what stands after the fence.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            let text = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n"));
            blocks.push((kind.to_owned(), text.collect()));
        }
    }
    blocks
}

/// The codes that a block yields.
fn codes(kind: &str, text: &str) -> Vec<Code> {
    let findings = match kind {
        "yaml" => Some(Document::parse(Source::new("ada.yaml", text)).diagnostics().clone()),
        "jinja" => {
            let mut persona = Persona::new("Ada", "A guide.");
            persona.style.push("Be brief.".into());
            persona.faq.push(Faq::new("Who?", "Ada."));
            let rendered = PromptTemplate::new(text).and_then(|template| template.render(&persona, &Variables::new()));
            rendered.err().and_then(|error| error.diagnostics().cloned())
        }
        other => panic!("a block of {other}"),
    };
    findings.iter().flatten().map(|found| found.code).collect()
}

#[test]
fn each_page_shows_the_fault_and_its_mend() {
    for &code in Code::ALL {
        let page = code.explanation();
        assert!(page.starts_with(&format!("# {code}\n\n")) && page.ends_with('\n'), "{code}");
        let blocks = blocks(page);
        if let [(kind, wrong), (other_kind, right)] = blocks.as_slice() {
            assert!(codes(kind, wrong).contains(&code), "{code}: {:?}", codes(kind, wrong));
            assert_eq!(codes(other_kind, right), [], "{code}");
        } else {
            let told_in_words = [Code::FileTooLarge, Code::InvalidUtf8, Code::InvalidSchema, Code::LongAnswer];
            assert!(blocks.is_empty() && told_in_words.contains(&code), "{code} has {} blocks", blocks.len());
        }
    }
}
