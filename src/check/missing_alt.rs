use super::Context;
use crate::diagnostic::{Code, Diagnostic};

/// A picture that some visitors will know nothing of.
pub(super) fn missing_alt(context: &mut Context<'_>) {
    // What a part lacks, others may have.
    if context.is_part() {
        return;
    }
    let avatar = context.get("avatar");
    if let Some(span) = avatar.key
        && avatar.get("src").exists()
        && !avatar.get("alt").exists()
    {
        let message = "the avatar has no `alt`";
        let found = Diagnostic::new(Code::MissingAlt, message, avatar.way.pointer(), span);
        context.report(found.help("say in a few words what the picture shows, for those who do not see it"));
    }
}
