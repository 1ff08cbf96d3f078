use super::Context;
use crate::diagnostic::{Code, quote};

/// An id that is not the name of the file, by which others find the persona.
pub(super) fn mismatched_id(context: &mut Context<'_>) {
    let (Some(id), Some(stem)) = (context.get("id").text(), context.source.stem()) else {
        return;
    };
    // An id that is no slug is a fault of its own.
    if id.content == stem || !is_slug(id.content) {
        return;
    }
    let message = format!("the id is {}, and the file is called {}", quote(id.content), quote(stem));
    let found =
        id.finding(Code::MismatchedId, message).help("rename the file, or delete the `id`: the file's name stands in");
    context.report(if is_slug(stem) { found.unsafe_fix(id.span, stem) } else { found });
}

fn is_slug(text: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    text.len() <= 64 && text.split('-').all(is_part)
}
