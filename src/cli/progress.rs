//! Progress on standard error, where somebody watches.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar that counts things; hidden when standard error is no terminal.
pub fn bar(unit: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(&format!("{{bar:30}} {{human_pos}} of {{human_len}} {unit} {{eta}}"));
    styled(style)
}

/// A bar that counts bytes.
pub fn byte_bar() -> ProgressBar {
    styled(ProgressStyle::with_template("{bar:30} {bytes} of {total_bytes} {bytes_per_sec} {msg}"))
}

fn styled(style: Result<ProgressStyle, indicatif::style::TemplateError>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(8));
    if let Ok(style) = style {
        bar.set_style(style.progress_chars("█▉ "));
    }
    bar
}
