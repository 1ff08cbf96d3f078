/// The built-in templates by name.
const SOURCES: [(&str, &str); 4] = [
    ("default", include_str!("templates/default.jinja")),
    ("xml", include_str!("templates/xml.jinja")),
    ("plain", include_str!("templates/plain.jinja")),
    ("brief", include_str!("templates/brief.jinja")),
];

pub(super) const NAMES: &[&str] = &[SOURCES[0].0, SOURCES[1].0, SOURCES[2].0, SOURCES[3].0];

pub(super) fn source(name: &str) -> Option<&'static str> {
    SOURCES.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}

/// What to say where another name stands.
pub(super) fn help() -> String {
    let names: Vec<String> = NAMES.iter().map(|name| format!("`{name}`")).collect();
    format!("the built-in templates are {}", names.join(", "))
}
