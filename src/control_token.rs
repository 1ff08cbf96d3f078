//! The marks by which chat formats tell a model where turns, tools and thoughts begin and end.

/// Tokens that stand in no pair of bars, by the models that use them. Those for pictures and for filling gaps in code
/// are left out, as are `<think>` and its like: they end no turn, and authors write them on purpose.
const TOKENS: [&str; 51] = [
    // Llama 2, and what many took over.
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<</SYS>>",
    "<s>",
    "</s>",
    // Mistral.
    "[SYSTEM_PROMPT]",
    "[/SYSTEM_PROMPT]",
    "[AVAILABLE_TOOLS]",
    "[/AVAILABLE_TOOLS]",
    "[TOOL_CALLS]",
    "[TOOL_RESULTS]",
    "[/TOOL_RESULTS]",
    "[TOOL_CONTENT]",
    "[MODEL_SETTINGS]",
    "[/MODEL_SETTINGS]",
    "[CALL_ID]",
    "[ARGS]",
    "[THINK]",
    "[/THINK]",
    // Gemma to its third version.
    "<start_of_turn>",
    "<end_of_turn>",
    "<bos>",
    "<eos>",
    // Gemma 4, which halves the bars.
    "<|turn>",
    "<turn|>",
    "<|channel>",
    "<channel|>",
    "<|tool>",
    "<tool|>",
    "<|tool_call>",
    "<tool_call|>",
    "<|tool_response>",
    "<tool_response|>",
    "<|\"|>",
    // Qwen and those that were taught like it.
    "<tool_call>",
    "</tool_call>",
    "<tool_response>",
    "</tool_response>",
    // Command.
    "<BOS_TOKEN>",
    "<EOS_TOKEN>",
    "<EOP_TOKEN>",
    // GLM.
    "[gMASK]",
    "<sop>",
    "<eop>",
    // Kimi.
    "[BOS]",
    "[EOS]",
    // Seed.
    "<seed:bos>",
    "<seed:eos>",
    // MiniMax.
    "]~b]",
    "]~!b[",
];

/// The control tokens of a text, each with the byte where it begins. Two may share a byte, as in `]~!b[INST]`.
pub(crate) fn control_tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices(['<', '[', ']']).filter_map(|(index, _)| {
        let rest = &text[index..];
        let token = TOKENS.into_iter().find(|token| rest.starts_with(token)).map(|token| &rest[..token.len()]);
        token
            .or_else(|| delimited(rest, "<|", "|>"))
            .or_else(|| delimited(rest, "<｜", "｜>"))
            .map(|token| (index, token))
    })
}

/// `<|im_start|>` and its kin in most formats since `ChatML`, and those with the wide bars of `DeepSeek` and Hunyuan.
fn delimited<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    const LONGEST_NAME: usize = 60;
    let inside = text.strip_prefix(open)?;
    let is_name =
        |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '▁' | ' ' | '/' | '.' | ':');
    let (end, _) = inside.char_indices().take(LONGEST_NAME).find(|(_, character)| !is_name(*character))?;
    let is_token = end > 0 && inside[end..].starts_with(close);
    is_token.then(|| &text[..open.len() + end + close.len()])
}
