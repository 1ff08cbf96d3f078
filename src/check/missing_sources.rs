use super::Context;
use crate::diagnostic::Code;

/// A real person, and no word on where the facts come from.
pub(super) fn missing_sources(context: &mut Context<'_>) {
    // What a part lacks, others may have.
    if context.is_part() {
        return;
    }
    let Some(portrays) = context.get("portrays").text().filter(|portrays| portrays.content == "real-person") else {
        return;
    };
    if context.get("sources").items().len() == 0 {
        let found = portrays.finding(Code::MissingSources, "a portrayal of a real person names no source");
        context.report(found.help("list books or pages under `sources`"));
    }
}
