use std::collections::HashMap;

use super::Context;
use crate::diagnostic::{Code, quote};

/// Two questions of one id, which a page could only link to once.
pub(super) fn duplicate_id(context: &mut Context<'_>) {
    let mut seen = HashMap::new();
    for faq in context.get("faq").items() {
        let Some(id) = faq.get("id").text() else {
            continue;
        };
        if let Some(first) = seen.get(id.content) {
            let message = format!("the id {} is taken by another question", quote(id.content));
            context.report(id.finding(Code::DuplicateId, message).related(*first, "first given here"));
        } else {
            seen.insert(id.content, id.span);
        }
    }
}
