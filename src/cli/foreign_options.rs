//! `--filter interface=sftp`: options of Files.com's own program, which are a query here.

use chrono_tz::Tz;

use crate::base::shell::shell_word;
use crate::base::time::Timestamp;
use crate::query;

/// What is said of arguments with such an option, beside that it is none.
pub fn instead_of_options(arguments: &[String], now: Timestamp) -> Option<String> {
    let at = arguments.iter().position(|argument| argument.starts_with("--filter"))?;
    let options: Vec<&str> = arguments[at..].iter().map(String::as_str).collect();
    let whole = query::parse(&options.join(" ").replace("--filter-by", "--filter"), now, Tz::UTC)
        .err()
        .and_then(|error| error.whole);
    Some(match whole {
        Some(whole) => format!("what to keep is a query here: reqscope search {}", shell_word(&whole)),
        None => "what to keep is a query here: reqscope search interface:=sftp, for example".to_owned(),
    })
}

/// The same of an option for the order.
pub fn instead_of_order(arguments: &[String]) -> Option<String> {
    let at = arguments.iter().position(|argument| argument == "--sort-by" || argument.starts_with("--sort-by="))?;
    let value = arguments[at].strip_prefix("--sort-by=").or(arguments.get(at + 1).map(String::as_str))?;
    let (field, order) = value.split_once(['=', ':']).unwrap_or((value, "desc"));
    Some(format!("the order is named by --sort {field}:{order}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Vec<String> {
        line.split(' ').map(ToOwned::to_owned).collect()
    }

    #[test]
    fn options_of_another_program_are_a_query() {
        let said = |line: &str| instead_of_options(&arguments(line), Timestamp(1_795_435_282_000_000));
        let query = |query: &str| Some(format!("what to keep is a query here: reqscope search {query}"));
        assert_eq!(said("search --filter interface=sftp"), query("'interface=sftp'"));
        assert_eq!(
            said("search --filter=success=false --filter interface=sftp"),
            query("'success=false interface=sftp'")
        );
        assert_eq!(said("search --filter-by request_path=/orders/*"), query("'request_path:/orders/*'"));
        assert_eq!(said("search --filer x"), None);
        let order = |line: &str| instead_of_order(&arguments(line));
        assert_eq!(
            order("search --sort-by created_at=asc").as_deref(),
            Some("the order is named by --sort created_at:asc")
        );
        assert_eq!(order("search --sort-by=duration").as_deref(), Some("the order is named by --sort duration:desc"));
    }
}
