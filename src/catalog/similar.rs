use super::{Catalog, CatalogEntry};
use crate::persona::Persona;
use crate::retrieval::{Field, Index};

/// A persona that is much like another, and why.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Similar<'a> {
    /// Who it is.
    pub entry: CatalogEntry<'a>,
    /// How much the two are alike: from almost nothing to 1, which is as much as one is like oneself.
    pub score: f64,
    /// The tags, topics and adjectives that both have, as the other writes them. Nothing when it is only their texts that
    /// speak of the same.
    pub shared: Vec<&'a str>,
}

/// What characters are found alike by, and how much each tells.
fn fields(persona: &Persona) -> Vec<(&str, f64)> {
    let mut fields: Vec<(&str, f64)> = Vec::new();
    for (list, weight) in words(persona) {
        fields.extend(list.iter().map(|text| (text.as_str(), weight)));
    }
    fields.push((&persona.description, 1.0));
    fields.extend(persona.tagline.as_deref().map(|text| (text, 2.0)));
    fields.extend(persona.personality.as_deref().map(|text| (text, 1.0)));
    fields
}

fn words(persona: &Persona) -> impl Iterator<Item = (&[String], f64)> {
    [(&*persona.tags, 8.0), (&*persona.topics, 5.0), (&*persona.adjectives, 3.0)].into_iter()
}

impl Catalog {
    fn alike(&self) -> &Index {
        self.0.alike.get_or_init(|| {
            let entries: Vec<Vec<Field<'_>>> = self
                .iter()
                .map(|entry| {
                    let fields = fields(entry.persona()).into_iter();
                    fields.map(|(text, weight)| Field { text, weight }).collect()
                })
                .collect();
            Index::new(&entries)
        })
    }
}

impl<'a> CatalogEntry<'a> {
    /// The personas that are most like this one, the most alike first: for "more like this".
    ///
    /// They are found by tags, topics and adjectives, and by what taglines, descriptions and personalities speak of.
    ///
    /// ```
    /// use personas::Catalog;
    ///
    /// let catalog = Catalog::open("personas")?;
    /// let trotsky = catalog.get("leon-trotsky").ok_or("no such persona")?;
    /// let similar = trotsky.similar(3);
    /// assert!(similar[0].shared.contains(&"politics"), "{similar:?}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn similar(&self, most: usize) -> Vec<Similar<'a>> {
        let entries: Vec<CatalogEntry<'a>> = self.catalog.iter().collect();
        let ranked = self.catalog.alike().rank(fields(self.persona()));
        let own = ranked.iter().find(|found| entries[found.position].id == self.id).map_or(1.0, |found| found.score);
        let others = ranked.iter().filter(|found| entries[found.position].id != self.id);
        let similar = others.take(most).map(|found| {
            let entry = entries[found.position];
            Similar { entry, score: (found.score / own).min(1.0), shared: shared(self.persona(), entry.persona()) }
        });
        similar.collect()
    }
}

fn shared<'a>(one: &Persona, other: &'a Persona) -> Vec<&'a str> {
    let mut shared: Vec<&str> = Vec::new();
    for ((own, _), (theirs, _)) in words(one).zip(words(other)) {
        let own: Vec<String> = own.iter().map(|word| word.trim().to_lowercase()).collect();
        for word in theirs {
            if own.contains(&word.trim().to_lowercase()) && !shared.contains(&word.as_str()) {
                shared.push(word);
            }
        }
    }
    shared
}
