//! An app's own test over its folder of personas, in one line. Copy `personas_are_valid` into a file below your `tests`
//! folder; here, `cargo run --example check_in_tests` runs it.

#[cfg_attr(test, test)]
fn personas_are_valid() {
    personas::assert_valid("personas");
}

fn main() {
    personas_are_valid();
    println!("every persona is valid");
}
