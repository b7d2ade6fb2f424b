//! The whole frame.

use ratatui::buffer::Buffer;

use crate::app::layout::{Area, LEAST, Layout};
use crate::app::state::{Layer, State};

use super::line::{Cut, Line};
use super::theme::{Role, Theme};
use super::{bad_rows, bottom, columns, detail, header, help, lists, panes, picker, steps, table, timeline, trail};

/// Draws the state into a buffer. Gives the cell of the text cursor while something is typed.
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let screen = Area { x: 0, y: 0, width: buffer.area.width, height: buffer.area.height };
    if screen.width == 0 || screen.height == 0 {
        return None;
    }
    let layout = state.layout().filter(|_| state.size == (screen.width, screen.height));
    let Some(layout) = layout else {
        let mut line = Line::new(theme);
        let text = format!("needs {}x{}, has {}x{}", LEAST.0, LEAST.1, screen.width, screen.height);
        line.foreign(text.as_bytes(), Role::Text, usize::from(screen.width), Cut::End);
        line.draw(buffer, screen, 0);
        return None;
    };
    let body =
        Area { y: layout.header.height, height: screen.height - layout.header.height - layout.bottom.height, ..screen };
    if layout.header.height > 0 {
        header::draw(state, theme, buffer, layout.header);
    }
    let mut searched = None;
    match full_layer(state) {
        Some(Layer::Detail(shown)) => detail::draw(state, shown, theme, buffer, body),
        Some(Layer::Found(found)) => lists::draw_found(state, found, theme, buffer, body),
        Some(Layer::Help(shown)) => searched = help::draw(state, shown, theme, buffer, body),
        Some(Layer::Bad(list)) => bad_rows::draw(list, theme, buffer, body),
        Some(Layer::Sources(cursor)) => lists::draw_sources(state, *cursor, theme, buffer, body),
        Some(Layer::Menu(_) | Layer::Columns(_) | Layer::Steps(_)) | None => draw_body(state, theme, buffer, &layout),
    }
    for layer in &state.layers {
        if let Layer::Steps(cursor) = layer {
            steps::draw(state, *cursor, theme, buffer, body);
        }
    }
    if let Some(Layer::Menu(menu)) = state.layers.last() {
        lists::draw_menu(menu, theme, buffer, body);
    }
    let listed = match state.layers.last() {
        Some(Layer::Columns(list)) => columns::draw(state, list, theme, buffer, layout.columns),
        _ => None,
    };
    let typed = bottom::draw(state, theme, buffer, layout.bottom);
    let picked = picker::draw(state, theme, buffer, body);
    lists::draw_palette(state, theme, buffer, body).or(picked).or(typed).or(listed).or(searched)
}

/// The topmost layer that takes the whole body.
fn full_layer(state: &State) -> Option<&Layer> {
    state.layers.iter().rev().find(|layer| !matches!(layer, Layer::Menu(_) | Layer::Columns(_) | Layer::Steps(_)))
}

fn draw_body(state: &State, theme: Theme, buffer: &mut Buffer, layout: &Layout) {
    trail_and_timeline(state, theme, buffer, layout);
    panes::draw(state, theme, buffer, layout.panes);
    table::draw(state, theme, buffer, layout.titles, layout.table);
    detail::draw_preview(state, theme, buffer, layout.preview);
}

fn trail_and_timeline(state: &State, theme: Theme, buffer: &mut Buffer, layout: &Layout) {
    if layout.trail.height > 0 {
        trail::draw(state, theme, buffer, layout.trail);
    }
    timeline::draw(state, theme, buffer, layout.timeline);
}
