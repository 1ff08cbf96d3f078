use std::collections::BTreeMap;

use crate::diagnostic::{Applicability, Diagnostic, Diagnostics, Edit};
use crate::document::Document;
use crate::source::Source;

/// What became of a file when its fixes were made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Mended {
    /// The file as it is now.
    pub document: Document,
    /// How many findings were mended.
    pub fixes: usize,
}

/// Fixes can make others possible; after so many rounds, whatever is left is left.
const MOST_ROUNDS: usize = 32;

impl Document {
    /// Makes the fixes that the findings offer: the safe ones, or all. Comments and layout stay as they are.
    ///
    /// A fix is only made when the file has fewer findings for it, so that mending a file twice changes nothing the
    /// second time. Of a file that is not UTF-8, nothing is changed: its bytes could not be written back.
    ///
    /// ```
    /// use personas::{Applicability, Document, Source};
    ///
    /// let text = "nmae: Ada  # Lovelace\ndescription: A guide.\nversion: 1.10\n";
    /// let mended = Document::parse(Source::new("ada.yaml", text)).mend(Applicability::Safe);
    /// assert_eq!(mended.document.source().text(), "name: Ada  # Lovelace\ndescription: A guide.\nversion: \"1.10\"\n");
    /// assert_eq!(mended.fixes, 2);
    /// ```
    #[must_use]
    pub fn mend(self, up_to: Applicability) -> Mended {
        let mut mended = Mended { document: self, fixes: 0 };
        for _ in 0..MOST_ROUNDS {
            let fixable = fixable(mended.document.diagnostics(), up_to);
            // All at once, as nearly always works; and if that does not, the first that does.
            let together = attempt(&mended.document, &fixable).map(|document| (document, fixable.len()));
            let alone = || fixable.iter().find_map(|found| Some((attempt(&mended.document, &[found])?, 1)));
            let Some((document, fixes)) = together.or_else(alone) else {
                break;
            };
            mended = Mended { document, fixes: mended.fixes + fixes };
        }
        mended
    }
}

/// The file with some fixes made, if it is the better for it.
fn attempt(document: &Document, findings: &[&Diagnostic]) -> Option<Document> {
    let (source, before) = (document.source(), document.diagnostics().total());
    let edits: Vec<&Edit> = findings.iter().filter_map(|found| found.fix.as_ref()).flat_map(|fix| &fix.edits).collect();
    if edits.is_empty() {
        return None;
    }
    let document = document.checker().check(Source::new(source.name(), apply(source.text(), edits)));
    (document.diagnostics().total() < before).then_some(document)
}

/// The findings whose fixes can be made together: none overlaps another.
fn fixable(diagnostics: &Diagnostics, up_to: Applicability) -> Vec<&Diagnostic> {
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let mut fixable = Vec::new();
    if !diagnostics.source().undecodable().is_empty() {
        return fixable;
    }
    for found in diagnostics {
        let Some(fix) = &found.fix else {
            continue;
        };
        let is_free = |edit: &Edit| {
            let before = taken.range(..edit.span.end().max(edit.span.start() + 1)).next_back();
            before.is_none_or(|(_, &end)| end <= edit.span.start())
        };
        let is_wanted = up_to == Applicability::Unsafe || fix.applicability == up_to;
        if is_wanted && fix.edits.iter().all(is_free) {
            taken.extend(fix.edits.iter().map(|edit| (edit.span.start(), edit.span.end().max(edit.span.start() + 1))));
            fixable.push(found);
        }
    }
    fixable
}

/// The text with edits that do not overlap.
fn apply(text: &str, mut edits: Vec<&Edit>) -> String {
    edits.sort_by_key(|edit| edit.span);
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        result.push_str(&text[at..edit.span.start()]);
        result.push_str(&edit.replacement);
        at = edit.span.end();
    }
    result.push_str(&text[at..]);
    result
}
