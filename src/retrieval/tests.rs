use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::persona::Persona;

#[derive(Deserialize)]
struct Questions {
    tuning: Vec<String>,
    held_out: Vec<String>,
}

/// How many questions were asked, and how often the right entry came first, and among the first three.
#[derive(Default, Clone, Copy)]
struct Found {
    asked: usize,
    first: usize,
    among_three: usize,
}

impl Found {
    fn count(&mut self, place: Option<usize>) {
        self.asked += 1;
        self.first += usize::from(place == Some(0));
        self.among_three += usize::from(place.is_some_and(|place| place < 3));
    }

    fn holds(self) -> bool {
        self.first * 100 >= self.asked * 85 && self.among_three * 100 >= self.asked * 95
    }
}

fn paraphrases() -> BTreeMap<String, BTreeMap<String, Questions>> {
    let text = std::fs::read_to_string("tests/fixtures/retrieval/paraphrases.yaml").expect("the paraphrases");
    serde_yaml::from_str(&text).expect("YAML")
}

fn faq(persona: &str) -> Vec<Faq> {
    let text = std::fs::read_to_string(format!("personas/{persona}.yaml")).expect("a persona");
    serde_yaml::from_str::<Persona>(&text).expect("a persona").faq
}

fn order(index: &Index, message: &str) -> Vec<usize> {
    index.rank([(message, 1.0)]).iter().map(|found| found.position).collect()
}

#[test]
fn paraphrased_questions_find_their_entries() {
    let mut table: BTreeMap<(&str, &str), Found> = BTreeMap::new();
    let mut missed = String::new();
    for (persona, entries) in paraphrases() {
        let faq = faq(&persona);
        let index = Index::of_faq(&faq);
        let language = if persona == "frida-kahlo" { "Spanish" } else { "English" };
        assert_eq!(entries.len(), faq.len(), "{persona}");
        for (id, questions) in entries {
            let wanted = faq.iter().position(|faq| faq.id.as_ref() == Some(&id)).expect("an entry of that name");
            let tuning = questions.tuning.iter().map(|question| ("tuning", question));
            let held_out = questions.held_out.iter().map(|question| ("held out", question));
            for (half, question) in tuning.chain(held_out) {
                let order = order(&index, question);
                let place = order.iter().position(|found| *found == wanted);
                for key in [(half, language), (half, "both"), ("all", language), ("all", "both")] {
                    table.entry(key).or_default().count(place);
                }
                if place != Some(0) {
                    let place = place.map_or_else(|| "not".to_owned(), |place| format!("at {}", place + 1));
                    writeln!(missed, "{persona}: {question} finds {id} {place}").expect("a string");
                }
            }
        }
    }
    let mut shown = String::new();
    for ((half, language), Found { asked, first, among_three }) in &table {
        writeln!(shown, "{half:8} {language:7} asked {asked:3}, first {first:3}, among three {among_three:3}")
            .expect("a string");
    }
    println!("{shown}\n{missed}");
    assert!(table[&("all", "English")].asked >= 70 && table[&("all", "Spanish")].asked >= 25);
    for language in ["English", "Spanish", "both"] {
        assert!(table[&("all", language)].holds(), "{language}\n{shown}\n{missed}");
    }
    assert!(table[&("held out", "both")].holds(), "{shown}\n{missed}");
}

fn index(texts: &[&str]) -> Index {
    let entries: Vec<[Field<'_>; 1]> = texts.iter().map(|text| [Field { text, weight: 1.0 }]).collect();
    Index::new(&entries)
}

/// In each language a word is found in another form, and where no spaces tell where it begins.
#[test]
fn words_are_found_in_many_languages() {
    for (message, texts) in [
        ("revolucion", ["La Revolución de 1910", "El tranvía"]),
        ("REVOLUCIO\u{301}N", ["la revolución", "el tranvía"]),
        ("mended", ["We mend lamps", "We sell lamps"]),
        ("what do you know about rising prices", ["How prices rise", "How you know what is right about me"]),
        ("Was kosten die Lampen?", ["Die Lampe und ihr Preis", "Was ist die Straße und was ist der Weg"]),
        ("strasse", ["Straße", "Gasse"]),
        ("quels sont les horaires", ["L'horaire du musée", "Les prix qui sont dans le musée"]),
        ("о революции", ["Русская революция", "О погоде"]),
        ("επανάστασης", ["Η επανάσταση", "Η θάλασσα"]),
        ("كتاب", ["الكتاب القديم", "البحر"]),
        ("किताबों", ["किताब की दुकान", "नदी और पहाड़"]),
        ("钢笔多少钱", ["修一支钢笔要多久", "星期天开门吗"]),
        ("猫", ["子猫が好き", "犬が好き"]),
        ("タオルを借りたい", ["タオルは借りられますか", "何時まで開いていますか"]),
        ("국수 가격", ["국수는 얼마인가요", "몇 시에 여나요"]),
        ("ก๋วยเตี๋ยวราคา", ["ป้าขายก๋วยเตี๋ยว", "เปิดกี่โมง"]),
        ("ＡＢＣ", ["abc", "xyz"]),
        ("divide by 0", ["Why not 0?", "Why not 1?"]),
    ] {
        assert_eq!(order(&index(&texts), message).first(), Some(&0), "{message}");
        let turned = [texts[1], texts[0]];
        assert_eq!(order(&index(&turned), message).first(), Some(&1), "{message}, the other way round");
    }
}

#[test]
fn keywords_count_more_than_answers() {
    let mut faq = vec![
        Faq::new("How do I send a thing?", "A parcel, a parcel: put it into a box and bring it to us."),
        Faq::new("How long does it take?", "Three days."),
    ];
    faq[1].keywords.push("parcel".into());
    assert_eq!(order(&Index::of_faq(&faq), "my parcel"), [1, 0]);
}

#[test]
fn earlier_turns_count_less() {
    let index = index(&["cats and dogs", "boats and ships"]);
    let ranked = index.rank([("What of boats?", 1.0), ("Tell me of cats.", 0.5)]);
    assert_eq!(ranked.iter().map(|found| found.position).collect::<Vec<_>>(), [1, 0]);
    assert!(ranked[0].score > ranked[1].score * 1.9);
    assert_eq!(index.rank([("Tell me of cats.", 0.5)]).len(), 1);
}

#[test]
fn equal_entries_keep_their_order_and_others_are_not_there() {
    assert_eq!(order(&index(&["one lamp", "no", "one lamp"]), "lamps"), [0, 2]);
    for (texts, message) in [(&["one lamp"][..], "boat"), (&["one lamp"], " ?! "), (&[], "lamp"), (&["", "?"], "lamp")]
    {
        assert!(order(&index(texts), message).is_empty(), "{message} in {texts:?}");
    }
}

/// Both would take minutes, did they grow with the square.
#[test]
fn a_megabyte_is_read() {
    let entries: Vec<String> = (0..10_000).map(|entry| format!("question {entry} of lamp {}", entry % 7)).collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let index = index(&entries);
    assert_eq!(order(&index, "4711")[0], 4711);
    for piece in ["lamp ", "a", "中", "question 5 of ", "\u{301}", "é"] {
        let message = piece.repeat(1_000_000 / piece.len());
        assert!(order(&index, &message).len() <= 10_000);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_can_be_asked(texts in prop::collection::vec("\\PC{0,30}|[ab中かÉ ]{0,12}", 0..8), message in "\\PC{0,40}|[ab中かé ]{0,12}") {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let ranked = index(&texts).rank([(message.as_str(), 1.0)]);
        prop_assert_eq!(&ranked, &index(&texts).rank([(message.as_str(), 1.0)]));
        let mut positions: Vec<usize> = ranked.iter().map(|found| found.position).collect();
        positions.sort_unstable();
        prop_assert!(positions.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(positions.last().is_none_or(|last| *last < texts.len()));
        prop_assert!(ranked.windows(2).all(|pair| pair[0].score >= pair[1].score));
        prop_assert!(ranked.iter().all(|found| found.score > 0.0 && found.score.is_finite()));
    }
}
