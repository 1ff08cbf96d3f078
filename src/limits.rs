/// How much a persona file may ask of the reader.
///
/// A file is somebody's input: these bounds keep a hostile or broken one from using up memory or the stack. What
/// goes past a limit is a located finding, like any other fault.
///
/// ```
/// use personas::{Checker, Limits, Source};
///
/// let mut limits = Limits::default();
/// limits.depth = 4;
/// let deep = Source::new("deep.yaml", "name: Ada\ndescription: x\nextensions: {a: {b: {c: {d: 1}}}}\n");
/// let document = Checker::new(limits).check(deep);
/// assert_eq!(document.diagnostics().iter().next().map(|found| found.code.name()), Some("too-deep"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The size of a file in bytes, and also the size of all its text once aliases are followed. 8 MiB.
    pub bytes: usize,
    /// How deep lists and maps may be nested. 64; more than [`Limits::MAX_DEPTH`] counts as that.
    pub depth: usize,
    /// The number of values once aliases are followed. 250,000.
    pub nodes: usize,
    /// How many findings are kept; the rest are counted. 1,000.
    pub findings: usize,
}

impl Limits {
    /// The deepest nesting that can be asked for: what a small thread's stack can still take.
    pub const MAX_DEPTH: usize = 128;
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 8 << 20, depth: 64, nodes: 250_000, findings: 1_000 }
    }
}
