/// The candidate that was most likely meant, if any is near enough.
///
/// Near enough is one edit in every three characters, where an edit inserts, removes or changes a character or swaps
/// two neighbours; case, `-` and `_` do not count. Of two equally near ones the first wins.
pub(crate) fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = fold(written);
    // No candidate of ours is longer than this, and the cost grows with the product of the lengths.
    if written.is_empty() || written.len() > 64 {
        return None;
    }
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let folded = fold(candidate);
            let distance = edits(&written, &folded);
            let plural = folded.len() > 3 && (folded.starts_with(&written) || written.starts_with(&folded));
            let allowed = (written.len().max(folded.len()) / 3).max(1) + usize::from(plural);
            (distance <= allowed && distance < folded.len()).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn fold(text: &str) -> Vec<char> {
    text.chars().filter(|character| !matches!(character, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

/// The optimal string alignment distance (Damerau–Levenshtein without edits inside of a swap).
fn edits(one: &[char], other: &[char]) -> usize {
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, &left) in one.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &right) in other.iter().enumerate() {
            let change = last[column] + usize::from(left != right);
            let mut best = change.min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && left == other[column - 1] && one[row - 1] == right {
                let before: &Vec<usize> = &before_last;
                best = best.min(before[column - 1] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 6] = ["name", "nickname", "greeting", "related_characters", "faq", "tags"];

    #[test]
    fn finds_what_was_meant() {
        for (written, meant) in [
            ("greting", Some("greeting")),
            ("Name", Some("name")),
            ("nmae", Some("name")),
            ("relatedCharacters", Some("related_characters")),
            ("related-character", Some("related_characters")),
            ("tag", Some("tags")),
            ("faqs", Some("faq")),
            ("zodiac", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(written, KEYS), meant, "{written}");
        }
    }
}
