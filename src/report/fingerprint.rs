use std::collections::HashMap;

use super::view::{CheckedFile, Finding};
use crate::hash::{OFFSET_BASIS, fold};

/// Names for the findings of a file that stay the same while lines come and go above them.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    seen: HashMap<u64, u64>,
}

impl Fingerprints {
    /// A hash of what is found and where in the data, and of how many findings before it read the same.
    pub(super) fn next(&mut self, file: &CheckedFile<'_>, finding: &Finding<'_>) -> String {
        let hash = [file.path(), finding.code, finding.pointer, &finding.message]
            .into_iter()
            // No text has this byte in it, so that what moves from one text to the next makes a difference.
            .fold(OFFSET_BASIS, |hash, text| fold(fold(hash, text.as_bytes()), &[0xff]));
        let count = self.seen.entry(hash).or_default();
        let fingerprint = fold(hash, &count.to_le_bytes());
        *count += 1;
        format!("{fingerprint:016x}")
    }
}
