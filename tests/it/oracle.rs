//! Who uses `serde_yaml::from_str::<Persona>` gets the same value.

use personas::Persona;

use crate::support::{files, name};

#[test]
fn serde_yaml_reads_the_same_persona() {
    let good = files("tests/fixtures/valid", &["yaml", "json"]).into_iter().chain(files("personas", &["yaml"]));
    for path in good {
        let text = std::fs::read_to_string(&path).expect("a fixture");
        let ours = Persona::read(&path).unwrap_or_else(|error| panic!("{error}"));
        let theirs: Persona = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", name(&path)));
        assert_eq!(ours, theirs, "{}", name(&path));
        let written = ours.to_yaml().expect("YAML");
        assert_eq!(serde_yaml::from_str::<Persona>(&written).expect("a persona"), ours, "{written}");
    }
}
