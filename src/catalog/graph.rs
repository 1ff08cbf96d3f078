use std::fmt::Write as _;

use super::Catalog;

impl Catalog {
    /// Who is related to whom, in the language of [Graphviz](https://graphviz.org/doc/info/lang.html): the whole personas,
    /// and an arrow for each related character that is one of them.
    ///
    /// ```
    /// use personas::{Catalog, Source};
    ///
    /// let catalog = Catalog::from_sources([
    ///     Source::new(
    ///         "ada.yaml",
    ///         "name: Ada\ndescription: A guide.\nrelated_characters: [{id: bob, name: Bob, relation: ally}]\n",
    ///     ),
    ///     Source::new("bob.yaml", "name: Bob\ndescription: A guide.\n"),
    /// ]);
    /// assert!(catalog.to_dot().contains("\"ada\" -> \"bob\" [label=\"ally\"];"));
    /// ```
    #[must_use]
    pub fn to_dot(&self) -> String {
        let mut text = "digraph personas {\n".to_owned();
        for entry in self.iter() {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "  {} [label={}];", dot(entry.id()), dot(&entry.persona().name));
        }
        for (from, to, relation) in self.edges() {
            let _ = writeln!(text, "  {} -> {} [label={}];", dot(from), dot(to), dot(relation));
        }
        text + "}\n"
    }

    /// The same for [Mermaid](https://mermaid.js.org/syntax/flowchart.html), which many sites show within Markdown.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        let mut text = "flowchart LR\n".to_owned();
        // Some words, such as `end`, cannot be the name of a node; a number can.
        let ids: Vec<&str> = self.iter().map(|entry| entry.id()).collect();
        let node = |id: &str| ids.binary_search(&id).unwrap_or_default();
        for entry in self.iter() {
            let _ = writeln!(text, "  p{}[\"{}\"]", node(entry.id()), mermaid(&entry.persona().name));
        }
        for (from, to, relation) in self.edges() {
            let _ = writeln!(text, "  p{} -->|\"{}\"| p{}", node(from), mermaid(relation), node(to));
        }
        text
    }

    fn edges(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.iter().flat_map(|entry| {
            let relations = entry.relations().filter_map(|(related, other)| Some((related, other?)));
            relations.map(move |(related, other)| (entry.id(), other.id(), related.relation.as_str()))
        })
    }
}

/// Text in quotes, where a backslash begins an escape.
fn dot(text: &str) -> String {
    let escaped = text.chars().map(|character| match character {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        control if control.is_control() => " ".to_owned(),
        // An entity would be read as the character that it stands for.
        '&' => "&amp;".to_owned(),
        other => other.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// Text within quotes; whatever could end them, begin a tag or be taken for Markdown is written as its number.
fn mermaid(text: &str) -> String {
    let escaped = text.chars().map(|character| match character {
        control if control.is_control() => " ".to_owned(),
        plain if plain.is_alphanumeric() || matches!(plain, ' ' | '.' | ',' | '-' | '\'') => plain.to_string(),
        other => format!("#{};", u32::from(other)),
    });
    escaped.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_quotes() {
        assert_eq!(dot("a\"]; b [\\\n"), "\"a\\\"]; b [\\\\ \"");
        assert_eq!(mermaid("<b>\"end\"|`;"), "#60;b#62;#34;end#34;#124;#96;#59;");
    }
}
