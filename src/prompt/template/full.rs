use std::collections::BTreeMap;

use crate::persona::{Avatar, Citation, Faq, Persona, Portrayal, RelatedCharacter, Relation, Role, Spec, Turn};
use crate::value::Map;

/// A persona that has every key, so that what templates see of it has every key, too. Written out, so that one cannot be
/// forgotten.
pub(super) fn full() -> Persona {
    let text = || Some("text".to_owned());
    let texts = || vec!["text".to_owned()];
    Persona {
        schema: text(),
        spec: Spec::default(),
        extends: texts(),
        translations: BTreeMap::new(),
        id: text(),
        name: "Ada".to_owned(),
        nickname: text(),
        tagline: text(),
        portrays: Some(Portrayal::RealPerson),
        avatar: Some(Avatar { src: "ada.svg".to_owned(), alt: text(), credit: text(), license: text() }),
        description: "A guide.".to_owned(),
        personality: text(),
        scenario: text(),
        style: texts(),
        boundaries: texts(),
        topics: texts(),
        adjectives: texts(),
        greeting: text(),
        alternate_greetings: texts(),
        example_dialogues: vec![vec![Turn { role: Role::User, content: "Hello.".to_owned() }]],
        system_prompt: text(),
        post_history_instructions: text(),
        faq: vec![Faq {
            id: text(),
            question: "Who?".to_owned(),
            answer: "Ada.".to_owned(),
            keywords: texts(),
            tags: texts(),
        }],
        related_characters: vec![RelatedCharacter {
            id: text(),
            name: "Charles".to_owned(),
            relation: Relation::from("colleague"),
            description: text(),
        }],
        tags: texts(),
        creator: text(),
        version: text(),
        license: text(),
        language: Some("en".to_owned()),
        sources: vec![Citation { title: "Notes".to_owned(), url: text() }],
        // Whatever other programs keep there.
        extensions: Map::new(),
    }
}
