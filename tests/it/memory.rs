//! What hostile files cost: the command with little memory.

use std::process::{Command, Stdio};

/// In KiB; what the kernel counts as data, which are the heap and the stacks.
const ENOUGH: usize = 64 << 10;

/// Files within the limits of the reader, in which nearly every value is at fault.
fn hostile() -> [(&'static str, String); 5] {
    let file = |faults: String| format!("name: Ada\ndescription: x\n{faults}");
    let list = |key: &str, item: &str, times: usize| file(format!("{key}:\n{}", format!("  - {item}\n").repeat(times)));
    let keys: String = (0..120_000).map(|key| format!("key{key}: {key}\n")).collect();
    [
        ("numbers", list("tags", "1", 240_000)),
        ("long numbers", list("tags", &format!("1{}", "0".repeat(15)), 240_000)),
        ("empty maps", list("faq", "{}", 120_000)),
        ("lists for texts", list("related_characters", "{name: [], relation: [], id: [], description: []}", 25_000)),
        ("unknown keys", file(keys)),
    ]
}

#[test]
fn a_file_full_of_faults_is_told_of_in_little_memory() {
    for (name, text) in hostile() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("hostile.yaml"), &text).expect("a file");
        let check = format!("ulimit -d {ENOUGH} && exec \"$0\" check --output-format concise hostile.yaml");
        let output = Command::new("sh")
            .args(["-c", &check, env!("CARGO_BIN_EXE_persona")])
            .env("RAYON_NUM_THREADS", "1")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .expect("a shell");
        let (told, summary) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(1), "{name}: {summary}");
        assert!(told.lines().count() >= 1_000, "{name}: {summary}");
        assert!(summary.starts_with("1 file checked, "), "{name}: {summary}");
    }
}
