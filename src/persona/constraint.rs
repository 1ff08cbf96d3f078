//! The forms that text can have, each said once: as JSON Schema, with the words that editors show and `persona check`
//! repeats. A field names one of these in its `with` attribute.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::translation::Translation;

macro_rules! constraint {
    ($(#[$doc:meta])* $name:ident, $pattern:expr, $message:literal $(, $keyword:ident = $limit:literal)?) => {
        $(#[$doc])*
        pub(super) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string",
                    "pattern": $pattern,
                    $(stringify!($keyword): $limit,)?
                    "patternErrorMessage": $message,
                })
            }
        }
    };
}

constraint! {
    /// Text that is not blank.
    Text, r"\S", "write some text"
}

constraint! {
    /// Text of one line that is not blank.
    Line, r"^[^\r\n]*\S[^\r\n]*$", "write some text, on one line", maxLength = 200
}

constraint! {
    /// A name for programs.
    Slug, "^[a-z0-9]+(-[a-z0-9]+)*$", "use lower-case letters a-z, digits, and single hyphens between them", maxLength = 64
}

constraint! {
    /// An absolute web address ([RFC 3986](https://www.rfc-editor.org/rfc/rfc3986)).
    Uri, r"^https?://[^\s/?#]+[^\s]*$", "write a whole web address that begins with https://", maxLength = 2000
}

constraint! {
    /// A web address, or a relative path with forward slashes.
    ImageSource,
    r"^(https?://[^\s/?#]+[^\s]*|[^\s:\\/][^:\\\r\n]*)$",
    "write a web address that begins with https://, or a path from the folder of this file, with forward slashes",
    maxLength = 2000
}

constraint! {
    /// A language tag of ordinary shape ([BCP 47](https://www.rfc-editor.org/info/bcp47)): language, script, region,
    /// variants, extensions, private use.
    LanguageTag,
    "^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*\
     (-[A-WY-Za-wy-z0-9](-[A-Za-z0-9]{2,8})+)*(-[Xx](-[A-Za-z0-9]{1,8})+)?$",
    "write a BCP 47 language tag, such as en, es, pt-BR or zh-Hant",
    maxLength = 64
}

/// Translations by language tag.
pub(super) fn translations(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "propertyNames": LanguageTag::json_schema(generator),
        "additionalProperties": generator.subschema_for::<Translation>(),
    })
}
