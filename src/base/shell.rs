//! Words of a command: written for a shell, and read as one cuts them.

/// A word for a shell: quoted where it must be.
pub fn shell_word(text: &str) -> String {
    let is_plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | ',' | '+' | '@' | '%'));
    if is_plain { text.to_owned() } else { in_single_quotes(text) }
}

/// A command as one word for a shell that hands it to another one: its own quotes stay as they are where
/// that is possible.
pub fn command_word(command: &str) -> String {
    // In double quotes these mean something that not all shells let be escaped.
    if !command.contains('\'') || command.contains(['`', '!']) {
        return shell_word(command);
    }
    let mut out = String::from("\"");
    for c in command.chars() {
        if matches!(c, '"' | '\\' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// A text in single quotes for bash, zsh and fish; the last reads some backslashes in them, which stand in
/// double quotes therefore.
fn in_single_quotes(text: &str) -> String {
    let mut out = String::from("'");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' => out.push_str("'\\''"),
            '\\' if chars.peek().is_none_or(|next| matches!(next, '\\' | '\'')) => out.push_str("'\"\\\\\"'"),
            _ => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// The words of a command as shells cut them; `None` where a quote has no end.
pub fn shell_words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '\'' => break,
                        char => word.push(char),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => match chars.next()? {
                            escaped @ ('"' | '\\' | '$' | '`') => word.push(escaped),
                            other => word.extend(['\\', other]),
                        },
                        char => word.push(char),
                    }
                }
            }
            '\\' => match chars.next() {
                // A line that goes on.
                Some('\n') | None => {}
                Some(char) => word.get_or_insert_default().push(char),
            },
            char if char.is_whitespace() => words.extend(word.take()),
            char => word.get_or_insert_default().push(char),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_for_another_shell_keeps_its_quotes() {
        assert_eq!(command_word("reqscope export -o -"), "'reqscope export -o -'");
        let named = r#"reqscope export -q 'client:="ETL Partner" status:5xx' -o -"#;
        assert_eq!(command_word(named), r#""reqscope export -q 'client:=\"ETL Partner\" status:5xx' -o -""#);
        assert_eq!(command_word(r"f 'a\d$'"), r#""f 'a\\d\$'""#);
        // Interactive shells look for these in double quotes.
        assert_eq!(command_word("f 'a!'"), r"'f '\''a!'\'''");
    }

    #[test]
    fn words_for_a_shell() {
        assert_eq!(shell_word("status:5xx"), "status:5xx");
        assert_eq!(shell_word("client:=\"ETL Partner\""), "'client:=\"ETL Partner\"'");
        assert_eq!(shell_word("it's"), "'it'\\''s'");
        assert_eq!(shell_word(""), "''");
        assert_eq!(shell_word("path~\\d"), "'path~\\d'");
        assert_eq!(shell_word("a\\\\"), "'a'\"\\\\\"''\"\\\\\"''");
    }

    #[test]
    fn a_written_word_is_read_back() {
        for text in
            ["status:5xx", "client:=\"ETL Partner\"", "it's", "", "path~\\d", "a\\\\", "two\nlines", "$x `y` !z"]
        {
            assert_eq!(shell_words(&shell_word(text)), Some(vec![text.to_owned()]), "{text}");
        }
        assert_eq!(shell_words("a 'b c'"), Some(vec!["a".to_owned(), "b c".to_owned()]));
        assert_eq!(shell_words("a 'b"), None);
    }
}
