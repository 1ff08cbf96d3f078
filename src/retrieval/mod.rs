//! stub
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Field {
    Question,
    Answer,
    Keyword,
}
#[derive(Debug)]
pub(crate) struct Index(Vec<Vec<(Field, String)>>);
pub(crate) struct Ranked {
    pub(crate) item: usize,
    pub(crate) score: f64,
}
impl Index {
    pub(crate) fn new(items: Vec<Vec<(Field, String)>>) -> Self {
        Self(items)
    }
    pub(crate) fn rank(&self, texts: &[(&str, f64)]) -> Vec<Ranked> {
        let words: Vec<String> = texts[0]
            .0
            .to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| w.len() > 3)
            .map(str::to_owned)
            .collect();
        let mut r: Vec<Ranked> = self
            .0
            .iter()
            .enumerate()
            .map(|(item, f)| Ranked {
                item,
                score: words.iter().filter(|w| f.iter().any(|(_, t)| t.to_lowercase().contains(*w))).count() as f64,
            })
            .filter(|r| r.score > 0.0)
            .collect();
        r.sort_by(|a, b| b.score.total_cmp(&a.score));
        r
    }
}
