use super::terms::words;

/// The words of a language that say little by themselves, such as `the` and `would`.
///
/// In a large collection their number tells them; a FAQ has ten entries, where `would` may be as rare as `fraction`.
/// Words are written as they are compared, without accents.
#[derive(Debug, Clone, Copy)]
pub(super) struct SmallWords(&'static [&'static str]);

impl SmallWords {
    /// Those of the language that texts are most likely in, for `die` is small in German alone. None, when they hardly
    /// have any that are known.
    pub(super) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        /// Of how many words the language is told.
        const ENOUGH: usize = 2_000;
        let mut counts = [0_usize; LANGUAGES.len()];
        let mut all = 0;
        for text in texts {
            if all >= ENOUGH {
                break;
            }
            words(text, |word| {
                all += 1;
                for (count, language) in counts.iter_mut().zip(LANGUAGES) {
                    *count += usize::from(language.binary_search(&word).is_ok());
                }
            });
        }
        let best = counts.into_iter().zip(LANGUAGES).max_by_key(|(count, _)| *count);
        // Of prose in a language, two words in five are in its list; of another's, one in twenty.
        best.filter(|(count, _)| count * 5 > all).map_or(Self(&[]), |(_, words)| Self(words))
    }

    pub(super) fn contains(self, word: &str) -> bool {
        self.0.binary_search(&word).is_ok()
    }
}

const LANGUAGES: [&[&str]; 6] = [
    &[
        "about", "after", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been",
        "before", "being", "but", "by", "can", "cant", "could", "did", "didn", "do", "does", "doesn", "doing", "don",
        "down", "each", "ever", "explain", "for", "from", "get", "give", "go", "got", "had", "has", "have", "having",
        "he", "her", "here", "hers", "him", "his", "how", "if", "im", "in", "into", "is", "isn", "it", "its", "just",
        "know", "let", "like", "ll", "make", "many", "may", "me", "might", "more", "most", "much", "must", "my", "no",
        "not", "now", "of", "off", "on", "one", "only", "or", "other", "our", "ours", "out", "over", "own", "please",
        "re", "really", "said", "same", "say", "shall", "she", "should", "so", "some", "still", "such", "take", "tell",
        "than", "that", "the", "their", "them", "then", "there", "these", "they", "thing", "things", "think", "this",
        "those", "through", "to", "too", "under", "up", "us", "ve", "very", "want", "was", "wasn", "we", "were",
        "what", "when", "where", "which", "while", "who", "whom", "whose", "why", "will", "with", "won", "would",
        "you", "your", "yours",
    ],
    &[
        "al", "algo", "ante", "antes", "aqui", "asi", "aun", "como", "con", "contra", "cual", "cuales", "cuando",
        "cuantas", "cuanto", "cuantos", "dame", "de", "decir", "del", "desde", "dime", "donde", "dos", "el", "ella",
        "ellas", "ellos", "en", "entre", "era", "eran", "eras", "eres", "es", "esa", "esas", "ese", "eso", "esos",
        "esta", "estaba", "estabas", "estado", "estan", "estar", "estas", "este", "esto", "estos", "fue", "fueron",
        "fuiste", "ha", "haber", "habia", "hablame", "hace", "hacia", "han", "has", "hasta", "hay", "hazme", "he",
        "hizo", "la", "las", "le", "les", "lo", "los", "mas", "me", "mi", "mis", "mucho", "muy", "nada", "ni", "no",
        "nos", "otra", "otras", "otro", "otros", "para", "pero", "poco", "por", "porque", "puede", "puedes", "puedo",
        "que", "quien", "quienes", "se", "sea", "ser", "si", "sin", "sobre", "son", "soy", "su", "sus", "tambien",
        "tan", "tanto", "te", "tener", "tenia", "tenias", "tiene", "tienes", "todo", "todos", "tu", "tus", "tuvo",
        "un", "una", "unas", "uno", "unos", "verdad", "ya", "yo",
    ],
    &[
        "aber", "alle", "als", "also", "am", "an", "auch", "auf", "aus", "bei", "bin", "bis", "bist", "da", "damit",
        "dann", "das", "dass", "dein", "deine", "dem", "den", "denn", "der", "des", "die", "dies", "diese", "dieser",
        "dir", "doch", "du", "durch", "ein", "eine", "einem", "einen", "einer", "es", "etwas", "euch", "fur", "gibt",
        "habe", "haben", "hast", "hat", "hatte", "ich", "ihr", "ihre", "im", "in", "ins", "ist", "ja", "kann",
        "kannst", "kein", "keine", "man", "mehr", "mein", "meine", "mich", "mir", "mit", "muss", "nach", "nicht",
        "noch", "nun", "nur", "ob", "oder", "ohne", "sehr", "sein", "seine", "sich", "sie", "sind", "so", "uber", "um",
        "und", "uns", "unter", "vom", "von", "vor", "wann", "war", "waren", "warst", "warum", "was", "wegen", "weil",
        "welche", "welcher", "wem", "wen", "wenn", "wer", "werden", "wie", "wieder", "wieso", "will", "wir", "wird",
        "wo", "wurde", "zu", "zum", "zur",
    ],
    &[
        "ai", "as", "au", "aux", "avec", "avez", "avoir", "bien", "car", "ce", "cela", "ces", "cet", "cette", "comme",
        "comment", "dans", "de", "des", "deux", "dont", "du", "elle", "elles", "en", "encore", "est", "et", "etait",
        "ete", "etes", "etre", "eu", "fait", "il", "ils", "je", "la", "le", "les", "leur", "leurs", "lui", "ma",
        "mais", "me", "meme", "mes", "moi", "mon", "ne", "nos", "notre", "nous", "on", "ont", "ou", "par", "pas",
        "plus", "pour", "pourquoi", "qu", "quand", "que", "quel", "quelle", "quelles", "quels", "qui", "quoi", "sa",
        "sans", "se", "ses", "si", "son", "sont", "sous", "sur", "ta", "te", "tes", "toi", "ton", "tous", "tout",
        "tres", "tu", "un", "une", "vos", "votre", "vous",
    ],
    &[
        "ai", "al", "alla", "alle", "anche", "che", "chi", "ci", "come", "con", "cosa", "cui", "da", "dal", "dalla",
        "dei", "del", "della", "delle", "di", "dove", "due", "ed", "era", "essere", "fra", "gli", "ha", "hai", "hanno",
        "ho", "il", "in", "io", "la", "le", "lei", "lo", "loro", "lui", "ma", "mi", "mia", "mio", "molto", "ne", "nei",
        "nel", "nella", "no", "noi", "non", "nostro", "ogni", "per", "perche", "piu", "puo", "quale", "quali",
        "quando", "quanto", "quella", "quello", "questa", "questo", "qui", "se", "sei", "si", "sia", "sono", "sta",
        "su", "sua", "sul", "sulla", "suo", "te", "ti", "tra", "tu", "tua", "tuo", "un", "una", "uno", "vi", "voi",
    ],
    &[
        "ao", "aos", "as", "ate", "bem", "com", "como", "da", "das", "de", "dela", "dele", "do", "dos", "ela", "ele",
        "eles", "em", "entre", "era", "essa", "esse", "esta", "este", "eu", "foi", "foram", "ha", "isso", "isto", "ja",
        "la", "lhe", "mais", "mas", "me", "mesmo", "meu", "minha", "muito", "na", "nao", "nas", "nem", "no", "nos",
        "nosso", "num", "numa", "onde", "os", "ou", "para", "pela", "pelo", "por", "porque", "quais", "qual", "quando",
        "quanto", "que", "quem", "se", "sem", "ser", "seu", "seus", "sobre", "sua", "suas", "tambem", "te", "tem",
        "tinha", "tu", "tua", "um", "uma", "voce",
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_order() {
        for words in LANGUAGES {
            assert!(words.is_sorted_by(|one, next| one < next), "{words:?}");
        }
    }

    #[test]
    fn the_language_is_told_by_the_text() {
        let small = |text: &str| SmallWords::of([text].into_iter());
        assert!(small("Where does the lamp go, and who will mend it?").contains("the"));
        assert!(small("¿Cuál es tu pintura más conocida y dónde está?").contains("cual"));
        assert!(small("Wann wird der Müll abgeholt, und darf ich die Tonne sehen?").contains("die"));
        assert!(!small("How did you die, and where is the grave?").contains("die"));
        assert!(!small("何時まで開いていますか。").contains("the"));
        assert!(!small("").contains("the"));
    }
}
