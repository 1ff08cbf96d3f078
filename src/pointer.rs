use std::fmt::Write as _;

/// The place in a file of a value, as a JSON Pointer ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)).
///
/// ```
/// use personas::Pointer;
///
/// let pointer = Pointer::root().key("faq").index(2).key("answer");
/// assert_eq!(pointer.to_string(), "/faq/2/answer");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

impl Pointer {
    /// The whole document.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The value of a key below this place.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.0.push('/');
        for character in key.chars() {
            match character {
                '~' => self.0.push_str("~0"),
                '/' => self.0.push_str("~1"),
                other => self.0.push(other),
            }
        }
        self
    }

    /// An element of the list at this place, from 0.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        // Writing to a `String` cannot fail.
        let _ = write!(self.0, "/{index}");
        self
    }

    /// The pointer as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[cfg(feature = "validate")]
    pub(crate) fn from_json_pointer(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The steps from the root, unescaped; an index is its digits.
    pub(crate) fn steps(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"))
    }
}

impl std::fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl serde::Serialize for Pointer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
