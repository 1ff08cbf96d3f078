//! stub
#![allow(missing_docs)]
pub trait TokenCounter: Send + Sync + std::fmt::Debug {
    fn count(&self, text: &str) -> usize;
    fn name(&self) -> &str;
}
#[derive(Debug, Default, Clone)]
pub struct TokenEstimator {}
impl TokenCounter for TokenEstimator {
    fn count(&self, t: &str) -> usize {
        t.len().div_ceil(4)
    }
    fn name(&self) -> &str {
        "estimate"
    }
}
