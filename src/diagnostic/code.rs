/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Likely not meant; the persona can be used all the same.
    Warning,
    /// The file is no valid persona.
    Error,
}

impl Severity {
    /// The word that stands before a finding.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.name())
    }
}

macro_rules! codes {
    ($($variant:ident, $name:literal, $severity:ident, $summary:literal;)*) => {
        /// Every kind of finding there is. The names are stable; new ones may be added.
        ///
        /// ```
        /// use personas::{Code, Severity};
        ///
        /// let code: Code = "unknown-key".parse()?;
        /// assert_eq!(code, Code::UnknownKey);
        /// assert_eq!(code.severity(), Severity::Error);
        /// # Ok::<(), personas::Error>(())
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("`", $name, "`: ", $summary, ".")] $variant,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name that is shown and that settings use, in kebab case.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it means, in one line.
            #[must_use]
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }
            }

            /// The page that explains it, in Markdown: what it means, a file that has it, and one that has not.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$variant => include_str!(concat!("explain/", $name, ".md")),)* }
            }

            /// How grave it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    // Reading: the text is not YAML as we take it.
    FileTooLarge, "file-too-large", Error, "the file is larger than the limit";
    InvalidUtf8, "invalid-utf8", Error, "the file is not UTF-8 text";
    InvalidYaml, "invalid-yaml", Error, "the text is not well-formed YAML";
    EmptyFile, "empty-file", Error, "the file holds nothing";
    MultipleDocuments, "multiple-documents", Error, "the file holds more than one YAML document";
    DuplicateKey, "duplicate-key", Error, "a map has the same key twice";
    NonStringKey, "non-string-key", Error, "a key is not text";
    UnquotedMacro, "unquoted-macro", Error, "plain text begins with `{{`, which YAML takes for a map";
    MergeKey, "merge-key", Error, "the YAML 1.1 merge key `<<` is used";
    UnknownTag, "unknown-tag", Error, "a YAML tag that plain data does not have";
    UnknownAlias, "unknown-alias", Error, "an alias has no anchor before it";
    RecursiveAlias, "recursive-alias", Error, "an alias stands within what it refers to";
    NonFiniteNumber, "non-finite-number", Error, "a number is infinite or not a number";
    NumberOutOfRange, "number-out-of-range", Error, "a whole number has more than 64 bits";
    TooDeep, "too-deep", Error, "lists and maps are nested deeper than the limit";
    TooLargeExpanded, "too-large-expanded", Error, "following the aliases gives more than the limit";
    AmbiguousBoolean, "ambiguous-boolean", Warning, "a plain `yes`, `no`, `on` or `off`, which older YAML reads as a boolean";
    // Schema: the data is not a persona.
    UnknownKey, "unknown-key", Error, "a key that the format does not have";
    MissingKey, "missing-key", Error, "a key that must be there is not";
    WrongType, "wrong-type", Error, "a value of another type than the key takes";
    BlankText, "blank-text", Error, "a text that is empty or only white space";
    InvalidValue, "invalid-value", Error, "a value that is not of the form that the key takes";
    UnknownValue, "unknown-value", Error, "a value that is none of those the key takes";
    TooLong, "too-long", Error, "a text that is longer than the key takes";
    LookAlikeKey, "look-alike-key", Error, "a key that only looks like one of the format";
    IncompletePersona, "incomplete-persona", Error, "a file that is whole only together with others stands alone";
    // Files together: what they say of each other does not hold.
    UnknownParent, "unknown-parent", Error, "a file extends what no file here is";
    ExtendsCycle, "extends-cycle", Error, "a file extends itself, perhaps by way of others";
    UnusableParent, "unusable-parent", Error, "a file extends one that has errors";
    TypeClash, "type-clash", Error, "a value is of another type than the one it would go on from";
    DuplicatePersona, "duplicate-persona", Error, "two files have the same id";
    // Meaning: it is a persona, and something about it is hardly meant. None of these is an error, so that a file is
    // accepted exactly when the schema accepts it.
    DuplicateId, "duplicate-id", Warning, "two questions have the same id";
    MismatchedId, "mismatched-id", Warning, "the id is not the stem of the file's name";
    DuplicateQuestion, "duplicate-question", Warning, "the same question is asked twice";
    DuplicateItem, "duplicate-item", Warning, "a list has the same item twice";
    DuplicateCharacter, "duplicate-character", Warning, "a related character is named twice";
    SelfRelation, "self-relation", Warning, "a related character is the persona itself";
    UnknownMacro, "unknown-macro", Warning, "text has a macro other than `{{char}}` and `{{user}}`";
    ControlToken, "control-token", Warning, "text has a control token of a language model";
    HiddenCharacter, "hidden-character", Warning, "text has a character that cannot be seen";
    SpeakerLabel, "speaker-label", Warning, "text begins with the label of a speaker";
    DialogueOrder, "dialogue-order", Warning, "an example dialogue does not alternate, the user first";
    DanglingRelation, "dangling-relation", Warning, "a related character's id is that of no persona here";
    UnknownTranslation, "unknown-translation", Warning, "a translation is of what the original does not have";
    MissingAlt, "missing-alt", Warning, "a picture has no words for those who do not see it";
    MissingSources, "missing-sources", Warning, "a portrayal of a real person names no source";
    OneSidedRelation, "one-sided-relation", Note, "a related character does not name the persona in turn";
    StaleTranslation, "stale-translation", Note, "a text has changed since it was translated";
    MissingTranslation, "missing-translation", Note, "a translation lacks texts that the original has";
    LongAnswer, "long-answer", Note, "an answer is so long that it outweighs the rest of the prompt";
    // A team's own schema.
    InvalidSchema, "invalid-schema", Error, "a schema of one's own is no JSON Schema";
    // Prompts: the fault is in a template.
    TemplateSyntax, "template-syntax", Error, "a prompt template cannot be compiled";
    UndefinedVariable, "undefined-variable", Error, "a prompt template uses what is not there";
    UnprintableValue, "unprintable-value", Error, "a prompt template prints nothing, a list or a map";
    TemplateLimit, "template-limit", Error, "a prompt template asks for more than the limit";
    TemplateFailure, "template-failure", Error, "a prompt template cannot be rendered";
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.name())
    }
}
