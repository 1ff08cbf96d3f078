//! Which of many texts bear on a message.

mod small_words;
mod terms;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::persona::Faq;
use small_words::SmallWords;
use terms::terms;

/// Finds those of many entries, such as the answers of a FAQ, that bear on what somebody says.
///
/// The measure is BM25F: a rare term tells more than one that half of the entries have, a term that is repeated tells
/// less each time, each field of an entry has its weight, and a long entry has to say more (Robertson and Zaragoza, The
/// Probabilistic Relevance Framework: BM25 and Beyond, 2009). Equal entries keep their order, and no sum depends on the
/// order of a hash map, so that the same message always finds the same.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    /// The entries that have a term.
    postings: HashMap<Box<str>, Vec<Posting>>,
    entries: usize,
    small_words: SmallWords,
}

#[derive(Debug, Clone, Copy)]
struct Posting {
    entry: usize,
    /// What the term tells of this entry, before its rarity is looked at: between nothing and one.
    share: f64,
}

/// One text of an entry, and how much a term tells that stands there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) text: &'a str,
    pub(crate) weight: f64,
}

/// An entry that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ranked {
    /// Its place among the entries.
    pub(crate) position: usize,
    /// How much it bears on what was said; more than nothing.
    pub(crate) score: f64,
}

// These and the weights of a FAQ's fields were chosen on the tuning half of tests/fixtures/retrieval/paraphrases.yaml. They
// stand on a plateau: half or twice as much of any one of them costs three questions in a hundred at most.

/// How late a repeated term tells nothing new.
const SATURATION: f64 = 3.0;
/// How much a long entry is held against it, between nothing and one.
const LENGTH: f64 = 0.7;

impl Index {
    /// Reads the questions of a FAQ with their keywords and answers; positions are those of the list.
    pub(crate) fn of_faq(faq: &[Faq]) -> Self {
        let entries: Vec<Vec<Field<'_>>> = faq.iter().map(fields).collect();
        Self::new(&entries)
    }

    /// Reads entries, each of which has some fields.
    pub(crate) fn new<'a, Entry: AsRef<[Field<'a>]>>(entries: &[Entry]) -> Self {
        let small_words = SmallWords::of(entries.iter().flat_map(AsRef::as_ref).map(|field| field.text));
        let mut frequencies: HashMap<Box<str>, Vec<(usize, f64)>> = HashMap::new();
        let mut lengths = vec![0.0; entries.len()];
        for (entry, length) in lengths.iter_mut().enumerate() {
            for field in entries[entry].as_ref() {
                for (term, worth) in terms(field.text, small_words) {
                    let frequency = worth * field.weight;
                    *length += frequency;
                    match frequencies.get_mut(term.as_str()) {
                        None => _ = frequencies.insert(term.into(), vec![(entry, frequency)]),
                        Some(found) => match found.last_mut() {
                            Some((last, sum)) if *last == entry => *sum += frequency,
                            _ => found.push((entry, frequency)),
                        },
                    }
                }
            }
        }
        let mean = lengths.iter().sum::<f64>() / to_float(lengths.len());
        let posting = |(entry, frequency): (usize, f64)| {
            let length = 1.0 - LENGTH + LENGTH * lengths[entry] / mean;
            Posting { entry, share: frequency / (frequency + SATURATION * length) }
        };
        let postings = frequencies.into_iter().map(|(term, found)| (term, found.into_iter().map(posting).collect()));
        Self { postings: postings.collect(), entries: entries.len(), small_words }
    }

    /// The entries that bear on what is said, the best first.
    ///
    /// Several texts may be given, each with its weight: the message, and with less the turns before it.
    pub(crate) fn rank<'a>(&self, texts: impl IntoIterator<Item = (&'a str, f64)>) -> Vec<Ranked> {
        // In the order in which they are said, for a sum of floats depends on its order.
        let mut asked: Vec<(f64, &[Posting])> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (text, weight) in texts {
            for (term, worth) in terms(text, self.small_words) {
                let Some((term, found)) = self.postings.get_key_value(term.as_str()) else {
                    continue;
                };
                let place = *places.entry(term).or_insert_with(|| {
                    asked.push((0.0, found));
                    asked.len() - 1
                });
                // What is said twice is not asked for twice.
                asked[place].0 = asked[place].0.max(weight * worth);
            }
        }
        let mut scores = vec![0.0; self.entries];
        for (weight, found) in asked {
            let weight = weight * self.rarity(found.len());
            for posting in found {
                scores[posting.entry] += weight * posting.share;
            }
        }
        let ranked = scores.into_iter().enumerate().map(|(position, score)| Ranked { position, score });
        let mut ranked: Vec<Ranked> = ranked.filter(|found| found.score > 0.0).collect();
        ranked.sort_by(|one, other| other.score.total_cmp(&one.score));
        ranked
    }

    /// What a term tells that some entries have and the others have not.
    fn rarity(&self, have: usize) -> f64 {
        let (have, all) = (to_float(have), to_float(self.entries));
        let rarity = (1.0 + (all - have + 0.5) / (have + 0.5)).ln();
        // The last bits of a logarithm are not the same on every machine.
        (rarity * 65_536.0).round() / 65_536.0
    }
}

/// Where a question is answered: its keywords tell most, for they are written to be found by.
fn fields(faq: &Faq) -> Vec<Field<'_>> {
    let mut fields = vec![Field { text: &faq.question, weight: 5.0 }, Field { text: &faq.answer, weight: 1.0 }];
    fields.extend(faq.keywords.iter().map(|keyword| Field { text: keyword, weight: 8.0 }));
    fields
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer entries than a float can count")]
fn to_float(count: usize) -> f64 {
    count as f64
}
