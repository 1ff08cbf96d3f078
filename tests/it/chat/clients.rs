//! Requests as a client's own types read them.

use async_openai::types::chat::{ChatCompletionRequestMessage, CreateChatCompletionRequest};
use async_openai::types::responses::{CreateResponse, InputParam};

use super::views::conversations;
use super::{json, presets};

#[test]
fn async_openai_reads_requests_and_loses_nothing() {
    for (place, conversation) in conversations() {
        let prompt = conversation.prompt();
        for (backend, dialect, view) in presets() {
            let chat = prompt.chat(&conversation.history, &conversation.message, &dialect);
            let request = json(&view(&chat));
            let read = match backend {
                "openai-chat" | "openai-chat-developer" | "one-leading-system" | "no-system-role" => {
                    let read: CreateChatCompletionRequest =
                        serde_json::from_value(request.clone()).unwrap_or_else(|error| panic!("{place}: {error}"));
                    let developer = matches!(read.messages[0], ChatCompletionRequestMessage::Developer(_));
                    assert_eq!(developer, backend == "openai-chat-developer", "{place}");
                    serde_json::to_value(read)
                }
                "openai-responses" => {
                    let read: CreateResponse =
                        serde_json::from_value(request.clone()).unwrap_or_else(|error| panic!("{place}: {error}"));
                    assert!(matches!(&read.input, InputParam::Items(items) if items.len() == chat.messages.len()));
                    serde_json::to_value(read)
                }
                _ => continue,
            };
            assert_eq!(read.expect("JSON"), request, "{place} for {backend}");
        }
    }
}
