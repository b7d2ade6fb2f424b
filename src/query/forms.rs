//! The forms of the language by example: what `help query`, the manual page and the tests are made of.

/// Forms that belong together.
#[derive(Debug)]
pub struct FormGroup {
    /// What they are about.
    pub title: &'static str,
    /// Each form: an example that can be typed as it stands, and what it means.
    pub forms: &'static [(&'static str, &'static str)],
}

/// What the language is, in two sentences.
pub const ABOUT: &str = "A query says which requests are meant. Terms stand side by side; all of them must match.";

/// What stands below the forms.
pub const NOTES: &[&str] = &[
    "A value with spaces or signs stands in double quotes; in them \\\" is a quote, \\x27 the byte 27.",
    "Names of fields are ours or the vendors': code, response_code and status are the same.",
    "Spellings of Kibana, Datadog, GitHub, mitmproxy, SQL, Splunk, Loki and jq are understood, or answered with what to \
     write instead.",
    "A comparison is false where the field is missing, and its negation true.",
    "What is empty is missing, as is null or a lone dash: no:attributes.tags finds an empty list, too.",
    "A time range ends before a moment, time:10:00..11:00, and behind a day; [a TO b] and time<=b take in the moment.",
    "AND and a space bind before OR: a OR b c is a OR (b c). What never is both, as status:500 status:502, is refused.",
    "Copied commands and proposals can be pasted into bash, zsh and fish: what a shell would change stands in single \
     quotes, and the prompt reads past them. In the prompt itself there are none.",
];

/// All forms.
pub const FORMS: &[FormGroup] = &[
    FormGroup {
        title: "Words",
        forms: &[
            (
                "timeout",
                "the letters, anywhere and in longer words: endpoint, path, client, error, status text, user agent; without case",
            ),
            ("\"connection reset\"", "the words in this order"),
            ("time*out", "* stands for any text"),
            ("-timeout", "not the word; also NOT timeout, not:timeout, !timeout"),
        ],
    },
    FormGroup {
        title: "Fields",
        forms: &[
            ("client:acme", "a name holds these letters; := is the whole name"),
            ("client:=\"Acme Ltd\"", "the name is exactly this: what the panes write"),
            ("client:acme*", "a name that begins so"),
            ("status:500,502", "one of several; also status:(500 or 502)"),
            ("error:(upstream and closed)", "all of several"),
            ("path:/orders", "a path from a slash on; messages and user agents: this phrase"),
            ("path~\"^/orders/[0-9]+$\"", "a regular expression"),
            ("client~\"(?i)acme\"", "letters of one have their case; behind (?i) they have none"),
            ("-status:404", "anything but that; also status!=404"),
            ("has:gateway_code", "the field is there; also gateway_code:*"),
            ("no:gateway_code", "the field is missing"),
            ("is:failed", "what failed; is:success is what did not"),
            ("attributes.region:eu", "what a source sent beyond the fields"),
            ("attributes.tags:=vip", "exactly this; of a list, one of its members"),
            ("\"Response Code\":404", "a vendor's heading with a space stands in double quotes"),
            ("\"attributes.user agent\":curl", "and so does any name with spaces or signs in it"),
        ],
    },
    FormGroup {
        title: "Numbers, spans, addresses, ids",
        forms: &[
            ("status:4xx", "a class of statuses; 50x, none and failed as well"),
            ("status>=500", "comparisons: < <= > >=, also behind a colon"),
            ("duration>1.5s", "a span with its unit, or several: 1m30s; without one it is milliseconds"),
            ("duration:100ms..2s", "from, up to and including; either end may be open; also [100ms TO 2s]"),
            ("duration:100ms..<2s", "from, up to and without; also [100ms TO 2s}"),
            ("attributes.bytes>1000", "numbers among the attributes; attributes.bytes:10 is that number"),
            ("ip:10.0.0.0/8", "an address, or all of a network"),
            ("id:7594794d8e4b29c8518289e7cedfcdab", "a Request-ID in any spelling, or a handle"),
            ("id:*7cab", "its end"),
            ("id:7594794d*", "its beginning; id:@FILE takes one from each line, and id:@\"A FILE\" too"),
        ],
    },
    FormGroup {
        title: "Time (as a term of its own it becomes the period)",
        forms: &[
            ("time:24h", "back from now: 15m, 7d and the like; all"),
            ("time:yesterday", "also today, this-week, last-week"),
            ("time:2026-11-01..2026-11-03", "days of the zone, the last one included"),
            ("time:2026-11-01T12:00", "all of that minute; 12:00:30 is all of that second"),
            ("time>=2026-11-01T12:00", "from a moment on"),
        ],
    },
    FormGroup {
        title: "Together",
        forms: &[
            ("status:5xx client:acme", "both; also with AND between them"),
            ("(status:500 OR duration>2s) client:acme", "either of the two, and the third"),
            ("-(method:GET path:/health)", "not both at once"),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Timestamp;
    use crate::query::parse;

    #[test]
    fn every_example_is_understood() {
        for (example, _) in FORMS.iter().flat_map(|group| group.forms) {
            let parsed = parse(example, Timestamp(1_795_435_282_000_000), chrono_tz::UTC);
            assert!(parsed.is_ok_and(|parsed| !parsed.filter.is_all() || parsed.period.is_some()), "{example}");
        }
    }
}
