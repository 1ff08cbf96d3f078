use super::Context;
use crate::diagnostic::Code;

/// About 1,500 tokens of English: more than the rest of most prompts.
const LONG: usize = 6_000;

/// An answer that alone outweighs the rest of the prompt.
pub(super) fn long_answer(context: &mut Context<'_>) {
    for faq in context.get("faq").items() {
        // A character has a byte at least, and bytes are counted already.
        let Some(answer) = faq.get("answer").text().filter(|answer| answer.content.len() > LONG) else {
            continue;
        };
        let length = answer.content.chars().count();
        if length > LONG {
            let message = format!("this answer has {length} characters, and may outweigh the rest of the prompt");
            let found = answer.finding(Code::LongAnswer, message);
            context.report(found.help("split it into several questions, or move detail to `sources`"));
        }
    }
}
