use std::collections::HashMap;

use super::view::{CheckedFile, Finding};

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

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// FNV-1a. The hash of the standard library may change with any release of Rust, and all findings would be new.
fn fold(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_published() {
        for (text, hash) in
            [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)]
        {
            assert_eq!(fold(OFFSET_BASIS, text.as_bytes()), hash, "{text}");
        }
    }
}
