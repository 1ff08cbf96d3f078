use std::io::{self, Write};

use super::Format;
use super::escape::COMMANDS;
use super::view::CheckedFile;
use crate::diagnostic::Renderer;

#[derive(Debug)]
pub(super) struct Full {
    renderer: Renderer,
    begun: bool,
}

impl Full {
    pub(super) fn new(renderer: Renderer) -> Self {
        Self { renderer, begun: false }
    }
}

impl Format for Full {
    fn add(&mut self, output: &mut dyn Write, file: &CheckedFile<'_>) -> io::Result<()> {
        let mut shown = self.renderer.render(file.diagnostics());
        if shown.is_empty() {
            return Ok(());
        }
        // A snippet shows the author's text. An escape would shift the marks below it; this does not.
        for command in COMMANDS {
            if shown.contains(command) {
                shown = shown.replace(command, &command.replace("##", "#·"));
            }
        }
        let separator = if self.begun { "\n" } else { "" };
        self.begun = true;
        writeln!(output, "{separator}{shown}")
    }
}
