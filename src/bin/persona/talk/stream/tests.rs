use proptest::prelude::*;

use super::*;

const WHOLE: End = End::Whole { note: None };

/// Decodes a stream that comes in pieces of some lengths, over and over.
fn decode(bytes: &[u8], lengths: &[usize]) -> (String, End) {
    let mut decoder = Decoder::default();
    let mut text = String::new();
    let mut rest = bytes;
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, behind) = rest.split_at((*length).min(rest.len()));
        text += &decoder.push(piece);
        rest = behind;
    }
    let (last, end) = decoder.finish(None);
    (text + &last, end)
}

fn whole(stream: &str) -> (String, End) {
    decode(stream.as_bytes(), &[usize::MAX])
}

fn broken(stream: &str) -> String {
    match whole(stream).1 {
        End::Broken(why) => why,
        end @ End::Whole { .. } => panic!("{stream:?} ended as {end:?}"),
    }
}

fn event(content: &str) -> String {
    format!("data: {}\n\n", serde_json::json!({"choices": [{"index": 0, "delta": {"content": content}}]}))
}

const STOP: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

#[test]
fn text_is_put_together() {
    let stream = [&event("Good "), &event("day, "), &event("żółw 🐢!"), STOP, "data: [DONE]\n\n"].concat();
    assert_eq!(whole(&stream), ("Good day, żółw 🐢!".to_owned(), WHOLE));
}

#[test]
fn what_servers_do_is_understood() {
    let content = r#"{"choices":[{"delta":{"role":"assistant","content":"Hi"}}]}"#;
    let done = "data: [DONE]\n\n";
    for (stream, text) in [
        // Line ends, keep-alives, other fields, no space behind the colon, no blank lines, a byte order mark.
        (format!("data: {content}\r\n\r\n{done}"), "Hi"),
        (format!("data: {content}\r\r{done}"), "Hi"),
        (format!(": PROCESSING\n\n:\n\nevent: message\nid: 7\nretry: 10\ndata:{content}\n\n{done}"), "Hi"),
        (format!("data: {content}\ndata: {content}\ndata: [DONE]\n"), "HiHi"),
        (format!("\u{feff}\n\ndata: {content}\n\n{done}"), "Hi"),
        // An event of several lines of data.
        ("data: {\"choices\":[{\ndata: \"delta\":{\"content\":\"Hi\"}}]}\n\n".to_owned() + done, "Hi"),
        // Nothing behind the end, and an end without `[DONE]`.
        (format!("data: {content}\n\n{done}data: {content}\n\n"), "Hi"),
        (format!("data: {content}\n\n{}", STOP.trim_end()), "Hi"),
        // Empty ones, and what is not said aloud.
        (format!("data: {{\"choices\":[],\"usage\":{{}}}}\n\ndata: {content}\n\n{done}"), "Hi"),
        (format!("data: {{\"choices\":[{{\"delta\":{{\"content\":null,\"reasoning\":\"x\"}}}}]}}\n\n{done}"), ""),
        (format!("data: {{\"choices\":[{{\"delta\":{{\"refusal\":\"No.\"}}}}]}}\n\n{done}"), "No."),
        // Content in parts.
        (
            format!(
                "data: {{\"choices\":[{{\"delta\":{{\"content\":[{{\"type\":\"text\",\"text\":\"Hi\"}}]}}}}]}}\n\n{done}"
            ),
            "Hi",
        ),
        // No stream at all.
        (r#"{"choices":[{"message":{"role":"assistant","content":"Hi"}}]}"#.to_owned(), "Hi"),
        (
            "\n{\n \"choices\": [{\"message\": {\"content\": \"Hi\"}, \"finish_reason\": \"stop\"}]\n}\n".to_owned(),
            "Hi",
        ),
    ] {
        assert_eq!(whole(&stream), (text.to_owned(), WHOLE), "{stream}");
    }
}

#[test]
fn an_end_that_is_none_is_told() {
    assert_eq!(broken(&event("Hi")), "the server ended the stream before the answer was whole");
    assert_eq!(broken("data: {\"choices\":[{\"delta\":{\"content\":\"cut"), broken(""));
    assert!(broken("<!doctype html>\n<title>A page</title>\n").contains("/v1"));
    assert_eq!(broken("data: {\"error\":{\"message\":\"Overloaded\",\"code\":529}}\n\n"), "Overloaded");
    assert_eq!(broken("event: error\ndata: {\"error\":\"out of memory\"}\n\n"), "out of memory");
    assert_eq!(broken("{\"object\":\"error\",\"message\":\"no such model\"}"), "no such model");
    assert!(broken("data: so be it\n\ndata: [DONE]\n\n").ends_with("no chat completion: so be it"));
    assert!(broken("{\"choices\": [").contains("no chat completion"));
    let (text, end) = whole(&(event("Hi") + "data: {\"error\":{\"message\":\"Overloaded\"}}\n\n" + &event("!")));
    assert_eq!((text.as_str(), end), ("Hi", End::Broken("Overloaded".to_owned())));
    let length = STOP.replace("\"stop\"", "\"length\"");
    assert!(matches!(whole(&(event("Hi") + &length)).1, End::Whole { note: Some(_) }));
}

#[test]
fn why_the_bytes_ended_is_told_unless_the_answer_was_whole() {
    let end = |stream: &str| {
        let mut decoder = Decoder::default();
        decoder.push(stream.as_bytes());
        decoder.finish(Some("no word for 300 s".to_owned())).1
    };
    assert_eq!(end(&event("Hi")), End::Broken("no word for 300 s".to_owned()));
    assert_eq!(end("{\"choices\": ["), End::Broken("no word for 300 s".to_owned()));
    assert_eq!(end(&(event("Hi") + STOP)), WHOLE);
}

#[test]
fn nothing_goes_on_for_ever() {
    let endless = |piece: &str| {
        // All but the last of what may come has come.
        let mut decoder = Decoder { bytes: MOST_BYTES - (8 << 20), ..Decoder::default() };
        let mut kept = 0;
        let piece = piece.repeat((1 << 16) / piece.len());
        for _ in 0..=(8 << 20 >> 16) + 1 {
            kept += decoder.push(piece.as_bytes()).len();
            assert!(decoder.line.len() + decoder.data.as_ref().map_or(0, Vec::len) <= LONGEST_EVENT);
        }
        assert!(kept <= LONGEST_TEXT);
        assert!(decoder.is_over(), "{}", &piece[..20]);
        match decoder.finish(None).1 {
            End::Broken(why) => why,
            end @ End::Whole { .. } => panic!("{end:?}"),
        }
    };
    assert!(endless(": keep alive\n\n").contains("no end"));
    assert!(endless("data: x").contains("one event"));
    assert!(endless("data: x\n").contains("one event"));
    assert!(endless("{ ").contains("one event"));
    assert!(endless(&event(&"word ".repeat(100))).contains("the answer goes on"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever the text, it comes out as it went in, and in any pieces.
    #[test]
    fn any_text_in_any_pieces(
        texts in prop::collection::vec(any::<String>(), 0..6),
        line_end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        lengths in prop::collection::vec(1_usize..9, 1..6),
    ) {
        let events = texts.iter().map(|text| format!(": alive\n\n{}", event(text)));
        let stream = (events.collect::<String>() + STOP + "data: [DONE]\n\n").replace('\n', line_end);
        prop_assert_eq!(decode(stream.as_bytes(), &lengths), (texts.concat(), WHOLE));
    }

    /// Whatever a server sends, its pieces make no difference, and nothing panics.
    #[test]
    fn any_bytes_in_any_pieces(
        stream in prop::collection::vec(
            prop_oneof![
                prop::sample::select(vec![
                    "data:", "data", " ", "\r", "\n", "\r\n", "\n\n", ":", "[DONE]", "{", "}", "[", "\"choices\":",
                    "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}", "{\"error\":\"e\"}", "\u{feff}",
                ]).prop_map(|text| text.as_bytes().to_vec()),
                prop::collection::vec(any::<u8>(), 0..4),
            ],
            0..24,
        ),
        lengths in prop::collection::vec(1_usize..5, 1..5),
    ) {
        let stream = stream.concat();
        prop_assert_eq!(decode(&stream, &lengths), decode(&stream, &[usize::MAX]));
    }
}
