use std::collections::HashMap;

use super::Context;
use crate::diagnostic::{Code, quote};

/// Two questions that read the same.
pub(super) fn duplicate_question(context: &mut Context<'_>) {
    let mut seen = HashMap::new();
    for faq in context.get("faq").items() {
        let Some(question) = faq.get("question").text() else {
            continue;
        };
        let normalized = question.normalized();
        if normalized.is_empty() {
            continue;
        }
        if let Some(first) = seen.get(&normalized) {
            let message = format!("the question {} is asked twice", quote(question.content.trim()));
            let found = question.finding(Code::DuplicateQuestion, message).related(*first, "first asked here");
            context.report(found.help("keep one, with the better answer"));
        } else {
            seen.insert(normalized, question.span);
        }
    }
}
