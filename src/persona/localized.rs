use std::collections::{BTreeMap, BTreeSet};

use super::{Persona, Translation};
use crate::hash::{OFFSET_BASIS, fold};

/// A persona in a language, as far as it is translated.
///
/// ```
/// use personas::Persona;
///
/// let ada = Persona::from_yaml(
///     "name: Ada\ndescription: A guide.\ntagline: Welcome!\nlanguage: en\ntranslations: {es: {description: Una guía.}}\n",
/// )?;
/// let spanish = ada.in_language("es-MX");
/// assert_eq!(spanish.language.as_deref(), Some("es"));
/// assert_eq!((&*spanish.persona.description, spanish.persona.tagline.as_deref()), ("Una guía.", Some("Welcome!")));
/// assert_eq!(spanish.gaps[0].key, "tagline");
/// assert_eq!(ada.in_language("fr").language.as_deref(), Some("en"));
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Localized {
    /// The persona with the texts of that language; what is not translated is as in the original.
    pub persona: Persona,
    /// The language that was found: that of a translation, or the one that the original names.
    pub language: Option<String>,
    /// What is not translated, or was before the original changed; nothing when this is the original.
    pub gaps: Vec<TranslationGap>,
}

/// A text that a translation lacks, or has as the original was before.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TranslationGap {
    /// Which text, as [`Translation::of`] names it: `tagline`, `avatar/alt`, `faq/why-exiled`.
    pub key: String,
    /// In which way.
    pub kind: GapKind,
}

/// In which way a text is not translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GapKind {
    /// It is not there. A list of another length than the original's counts as that, since it may lack a boundary.
    Missing,
    /// It was made of another text than the original has now.
    Stale,
}

/// Names are often the same in every language.
const MAY_STAY: [&str; 2] = ["name", "nickname"];

impl Persona {
    /// The persona in a language, or in the nearest that there is: a translation to `es` serves for `es-MX`, and what
    /// `es-MX` does not say, `es` does. This is the lookup of [RFC 4647](https://www.rfc-editor.org/rfc/rfc4647).
    ///
    /// Where there is no translation, this is the original.
    #[must_use]
    pub fn in_language(&self, tag: &str) -> Localized {
        let mut persona = self.clone();
        let mut gaps = Vec::new();
        let found = self.translated_for(tag);
        if let Some((tag, _)) = found.first() {
            gaps = self.gaps(found.iter().map(|(_, translation)| *translation));
            // What is nearer goes over what is further.
            for (_, translation) in found.iter().rev() {
                translation.apply(&mut persona, &mut BTreeSet::new());
            }
            persona.language = Some((*tag).to_owned());
            persona.translations = BTreeMap::new();
        }
        Localized { language: persona.language.clone(), persona, gaps }
    }

    /// What a translation lacks, or has as the original was before; none where there is no such translation.
    #[must_use]
    pub fn translation_gaps(&self, tag: &str) -> Vec<TranslationGap> {
        self.translations.get(tag).map(|translation| self.gaps([translation])).unwrap_or_default()
    }

    /// The mark of each text that can be translated, by its key: what a translation keeps in [`Translation::of`] to know
    /// when the original changes.
    ///
    /// A mark is eight letters that stand for a hash (FNV-1a) of the text, or of the texts of a list or question.
    #[must_use]
    pub fn translation_marks(&self) -> BTreeMap<String, String> {
        self.originals().into_iter().map(|(key, texts)| (key, mark(&texts))).collect()
    }

    /// The translations that serve for a language, the nearest first. None when the original is nearer.
    fn translated_for(&self, tag: &str) -> Vec<(&str, &Translation)> {
        let mut found = Vec::new();
        let mut range = Some(tag);
        while let Some(wanted) = range {
            if let Some((tag, translation)) = self.translations.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(wanted))
            {
                found.push((tag.as_str(), translation));
            } else if self.language.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(wanted)) {
                break;
            }
            range = shorter(wanted);
        }
        found
    }

    fn gaps<'t>(&self, translations: impl IntoIterator<Item = &'t Translation>) -> Vec<TranslationGap> {
        let originals = self.originals();
        let (mut there, mut stale) = (BTreeSet::new(), BTreeSet::new());
        for translation in translations {
            let mut here = BTreeSet::new();
            translation.apply(&mut self.clone(), &mut here);
            for (key, texts) in &originals {
                let is_other = translation.of.get(key).is_some_and(|of| *of != mark(texts));
                // The nearest translation that has a text is the one that is seen.
                if here.contains(key) && there.insert(key.clone()) && is_other {
                    stale.insert(key.clone());
                }
            }
        }
        let gap = |(key, _): (String, _)| {
            let kind = match (there.contains(&key), stale.contains(&key)) {
                (true, true) => GapKind::Stale,
                (false, _) if !MAY_STAY.contains(&key.as_str()) => GapKind::Missing,
                _ => return None,
            };
            Some(TranslationGap { key, kind })
        };
        originals.into_iter().filter_map(gap).collect()
    }

    /// Every text that can be translated, in the order of the format.
    fn originals(&self) -> Vec<(String, Vec<&str>)> {
        fn list(items: &[String]) -> Vec<&str> {
            items.iter().map(String::as_str).collect()
        }
        fn one(text: Option<&String>) -> Vec<&str> {
            text.into_iter().map(String::as_str).collect()
        }
        let alt = self.avatar.iter().filter_map(|avatar| avatar.alt.as_deref()).collect();
        let mut originals: Vec<(String, Vec<&str>)> = [
            ("name", vec![self.name.as_str()]),
            ("nickname", one(self.nickname.as_ref())),
            ("tagline", one(self.tagline.as_ref())),
            ("avatar/alt", alt),
            ("description", vec![self.description.as_str()]),
            ("personality", one(self.personality.as_ref())),
            ("scenario", one(self.scenario.as_ref())),
            ("style", list(&self.style)),
            ("boundaries", list(&self.boundaries)),
            ("topics", list(&self.topics)),
            ("adjectives", list(&self.adjectives)),
            ("greeting", one(self.greeting.as_ref())),
            ("alternate_greetings", list(&self.alternate_greetings)),
            ("example_dialogues", self.example_dialogues.iter().flatten().map(|turn| turn.content.as_str()).collect()),
            ("system_prompt", one(self.system_prompt.as_ref())),
            ("post_history_instructions", one(self.post_history_instructions.as_ref())),
        ]
        .into_iter()
        .filter(|(_, texts)| !texts.is_empty())
        .map(|(key, texts)| (key.to_owned(), texts))
        .collect();
        for (index, faq) in self.faq.iter().enumerate() {
            // A question without an id cannot be translated; it goes by its place.
            let id = faq.id.clone().unwrap_or_else(|| (index + 1).to_string());
            originals.push((format!("faq/{id}"), vec![&faq.question, &faq.answer]));
        }
        for related in &self.related_characters {
            if let Some(description) = &related.description {
                let id = related.id.as_ref().unwrap_or(&related.name);
                originals.push((format!("related_characters/{id}"), vec![description]));
            }
        }
        originals
    }
}

impl Translation {
    /// Puts the texts in the place of the originals, and says of which.
    fn apply(&self, persona: &mut Persona, done: &mut BTreeSet<String>) {
        let mut done = |key: &str| _ = done.insert(key.to_owned());
        macro_rules! texts {
            ($($field:ident),*) => {$(
                if persona.$field.is_some() && self.$field.is_some() {
                    persona.$field.clone_from(&self.$field);
                    done(stringify!($field));
                }
            )*};
        }
        macro_rules! lists {
            ($($field:ident),*) => {$(
                if !self.$field.is_empty() && persona.$field.len() == self.$field.len() {
                    persona.$field.clone_from(&self.$field);
                    done(stringify!($field));
                }
            )*};
        }
        for (key, translated, original) in
            [("name", &self.name, &mut persona.name), ("description", &self.description, &mut persona.description)]
        {
            if let Some(text) = translated {
                original.clone_from(text);
                done(key);
            }
        }
        texts!(nickname, tagline, personality, scenario, greeting, system_prompt, post_history_instructions);
        lists!(style, boundaries, topics, adjectives, alternate_greetings, example_dialogues);
        let alt = self.avatar.as_ref().and_then(|avatar| avatar.alt.as_ref());
        if let (Some(alt), Some(original)) = (alt, persona.avatar.as_mut().and_then(|avatar| avatar.alt.as_mut())) {
            original.clone_from(alt);
            done("avatar/alt");
        }
        for translated in &self.faq {
            let Some(faq) = persona.faq.iter_mut().find(|faq| faq.id.as_ref() == Some(&translated.id)) else {
                continue;
            };
            if let Some(question) = &translated.question {
                faq.question.clone_from(question);
            }
            if let Some(answer) = &translated.answer {
                faq.answer.clone_from(answer);
            }
            faq.keywords.extend(translated.keywords.iter().cloned());
            if translated.question.is_some() && translated.answer.is_some() {
                done(&format!("faq/{}", translated.id));
            }
        }
        for translated in &self.related_characters {
            let is_same = |known: &&mut super::RelatedCharacter| match &translated.id {
                Some(id) => known.id.as_ref() == Some(id),
                None => Some(&known.name) == translated.name.as_ref(),
            };
            // One character may stand in several relations, each with its own description: the first is meant.
            let Some(related) = persona.related_characters.iter_mut().find(is_same) else {
                continue;
            };
            let key = related.id.clone().unwrap_or_else(|| related.name.clone());
            if let (Some(_), Some(name)) = (&translated.id, &translated.name) {
                related.name.clone_from(name);
            }
            if related.description.is_some() && translated.description.is_some() {
                related.description.clone_from(&translated.description);
                done(&format!("related_characters/{key}"));
            }
        }
    }
}

/// A language range without its last part, and without a single letter that would then stand last.
fn shorter(range: &str) -> Option<&str> {
    let (mut shorter, _) = range.rsplit_once('-')?;
    while let Some((before, last)) = shorter.rsplit_once('-')
        && last.len() == 1
    {
        shorter = before;
    }
    Some(shorter)
}

/// Eight letters that stand for texts. Letters alone, so that YAML takes none of them for a number.
fn mark(texts: &[&str]) -> String {
    let hash = texts.iter().fold(OFFSET_BASIS, |hash, text| fold(fold(hash, text.as_bytes()), &[0]));
    let folded = hash ^ (hash >> 32);
    (0..8).map(|place| char::from(b'a' + u8::try_from(folded >> (place * 4) & 15).unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_shortened_as_the_rfc_says() {
        let chain = std::iter::successors(Some("zh-Hant-CN-x-private1-private2"), |range| shorter(range));
        let expected = ["zh-Hant-CN-x-private1-private2", "zh-Hant-CN-x-private1", "zh-Hant-CN", "zh-Hant", "zh"];
        assert_eq!(chain.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_mark_changes_with_each_text_and_with_where_one_ends() {
        let marks = [mark(&["ab"]), mark(&["a", "b"]), mark(&["ab", ""]), mark(&["ba"]), mark(&[])];
        assert_eq!(BTreeSet::from(marks.clone()).len(), marks.len());
        assert!(marks.iter().all(|mark| mark.len() == 8 && mark.bytes().all(|byte| (b'a'..=b'p').contains(&byte))));
    }
}
