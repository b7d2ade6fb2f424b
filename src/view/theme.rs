//! What things look like, on terminals with many colours, with sixteen, and with none. Colour
//! never carries meaning alone.

use ratatui::style::{Color, Modifier, Style};

/// How many colours there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colors {
    /// 256.
    #[default]
    Many,
    /// 16.
    Sixteen,
    /// None: bold, dim, underlined and reversed must do.
    None,
}

/// What a piece of the screen is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Plain text.
    Text,
    /// What matters less.
    Dim,
    /// What matters more.
    Strong,
    /// A success.
    Good,
    /// A failure.
    Bad,
    /// What is wrong within a text that is typed.
    Wrong,
    /// Something to know.
    Warn,
    /// A name, a choice.
    Accent,
    /// A key.
    Key,
    /// A title.
    Title,
    /// What stands for bytes that must not be drawn.
    Token,
    /// A line between parts.
    Rule,
}

/// What things look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// How many colours there are.
    pub colors: Colors,
    /// Whether the terminal draws more than ASCII.
    pub has_unicode: bool,
}

impl Default for Theme {
    fn default() -> Self {
        Self { colors: Colors::Many, has_unicode: true }
    }
}

impl Theme {
    /// The style of a role.
    pub fn style(self, role: Role) -> Style {
        let plain = Style::new();
        let (style, colour) = match role {
            Role::Text => (plain, None),
            Role::Dim => match self.colors {
                Colors::Many => (plain, Some(Color::Indexed(245))),
                Colors::Sixteen => (plain, Some(Color::DarkGray)),
                Colors::None => (plain.add_modifier(Modifier::DIM), None),
            },
            Role::Strong => (plain.add_modifier(Modifier::BOLD), None),
            Role::Good => (plain, Some(Color::Green)),
            Role::Bad => (plain.add_modifier(Modifier::BOLD), Some(Color::Red)),
            Role::Wrong => (plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED), Some(Color::Red)),
            Role::Warn => (plain, Some(Color::Yellow)),
            Role::Accent => (plain, Some(Color::Cyan)),
            Role::Key => (plain.add_modifier(Modifier::BOLD), Some(Color::Cyan)),
            Role::Title => (plain.add_modifier(Modifier::BOLD), Some(Color::Blue)),
            Role::Token => (plain.add_modifier(Modifier::UNDERLINED), Some(Color::Magenta)),
            Role::Rule => match self.colors {
                Colors::Many => (plain, Some(Color::Indexed(240))),
                Colors::Sixteen => (plain, Some(Color::DarkGray)),
                Colors::None => (plain.add_modifier(Modifier::DIM), None),
            },
        };
        match (self.colors, colour) {
            (Colors::None, _) | (_, None) => style,
            (_, Some(colour)) => style.fg(colour),
        }
    }

    /// Stands where something was cut off.
    pub fn mark(self) -> &'static str {
        if self.has_unicode { "…" } else { "~" }
    }

    /// What is laid over the row under the cursor.
    pub fn selected(self) -> Style {
        match self.colors {
            Colors::Many => Style::new().bg(Color::Indexed(237)),
            Colors::Sixteen | Colors::None => Style::new().add_modifier(Modifier::REVERSED),
        }
    }

    /// What is laid over the title of the column under the cursor.
    pub fn current_title(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// What is laid over the cell under the cursor.
    pub fn selected_cell(self) -> Style {
        match self.colors {
            Colors::Many => Style::new().bg(Color::Indexed(24)).add_modifier(Modifier::BOLD),
            Colors::Sixteen | Colors::None => {
                Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD | Modifier::UNDERLINED)
            }
        }
    }
}
