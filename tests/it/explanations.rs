//! Each page's first file has the fault, and its second has none.

#![cfg(feature = "validate")]

use personas::{Code, Document, Faq, Persona, PromptTemplate, Source, Variables};

/// The fenced blocks of a page, with what stands after the fence. Blocks with nothing said between them are one folder.
fn groups(page: &str) -> Vec<Vec<(String, String)>> {
    let mut groups: Vec<Vec<(String, String)>> = Vec::new();
    let mut is_new = true;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            let text = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n"));
            let block = (kind.to_owned(), text.collect());
            match groups.last_mut().filter(|_| !is_new) {
                Some(group) => group.push(block),
                None => groups.push(vec![block]),
            }
            is_new = false;
        } else if !line.is_empty() {
            is_new = true;
        }
    }
    groups
}

/// The codes that blocks yield.
fn codes(group: &[(String, String)]) -> Vec<Code> {
    let findings = match group {
        [(kind, text)] if kind == "yaml" => {
            let document = Document::parse(Source::new("ada.yaml", text.as_str()));
            let found = document.diagnostics().clone();
            Some(document.into_persona().err().and_then(|error| error.diagnostics().cloned()).unwrap_or(found))
        }
        [(kind, text)] if kind == "jinja" => {
            let mut persona = Persona::new("Ada", "A guide.");
            persona.style.push("Be brief.".into());
            persona.faq.push(Faq::new("Who?", "Ada."));
            let rendered =
                PromptTemplate::new(text.as_str()).and_then(|template| template.render(&persona, &Variables::new()));
            rendered.err().and_then(|error| error.diagnostics().cloned())
        }
        _ => return folder(group),
    };
    findings.iter().flatten().map(|found| found.code).collect()
}

/// The codes that files yield together, each named after its fence.
#[cfg(feature = "catalog")]
fn folder(group: &[(String, String)]) -> Vec<Code> {
    let source = |(kind, text): &(String, String)| {
        Source::new(kind.strip_prefix("yaml ").expect("a file's name"), text.as_str())
    };
    let catalog = personas::Catalog::from_sources(group.iter().map(source));
    catalog.diagnostics().flatten().map(|found| found.code).collect()
}

#[cfg(not(feature = "catalog"))]
fn folder(_: &[(String, String)]) -> Vec<Code> {
    Vec::new()
}

#[test]
fn each_page_shows_the_fault_and_its_mend() {
    for &code in Code::ALL {
        let page = code.explanation();
        assert!(page.starts_with(&format!("# {code}\n\n")) && page.ends_with('\n'), "{code}");
        let groups = groups(page);
        if let [wrong, right] = groups.as_slice() {
            let is_known = cfg!(feature = "catalog") || wrong.len() == 1;
            assert!(!is_known || codes(wrong).contains(&code), "{code}: {:?}", codes(wrong));
            assert_eq!(codes(right), [], "{code}");
        } else {
            let told_in_words = [Code::FileTooLarge, Code::InvalidUtf8, Code::InvalidSchema, Code::LongAnswer];
            assert!(groups.is_empty() && told_in_words.contains(&code), "{code} has {} groups", groups.len());
        }
    }
}
