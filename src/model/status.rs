//! HTTP statuses: the words for them.

/// The reason phrase of the IANA registry, and of widely used statuses outside it.
/// Source: the IANA "HTTP Status Code Registry"; 499 is nginx's, 52x are Cloudflare's.
pub fn reason(status: i64) -> Option<&'static str> {
    Some(match status {
        100 => "Continue",
        101 => "Switching Protocols",
        103 => "Early Hints",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        207 => "Multi-Status",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        423 => "Locked",
        424 => "Failed Dependency",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        499 => "Client Closed Request",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        507 => "Insufficient Storage",
        508 => "Loop Detected",
        511 => "Network Authentication Required",
        520 => "Web Server Returned an Unknown Error",
        521 => "Web Server Is Down",
        522 => "Connection Timed Out",
        523 => "Origin Is Unreachable",
        524 => "A Timeout Occurred",
        _ => return None,
    })
}

/// Reason phrases of older registries and of servers: RFC 2616, RFC 2324, nginx.
const OTHER_REASONS: [&str; 11] = [
    "Moved Temporarily",
    "Request Time-out",
    "Request Entity Too Large",
    "Payload Too Large",
    "Request-URI Too Long",
    "Request-URI Too Large",
    "Requested Range Not Satisfiable",
    "I'm a teapot",
    "Unprocessable Entity",
    "Service Temporarily Unavailable",
    "Gateway Time-out",
];

/// All reason phrases.
pub fn reasons() -> impl Iterator<Item = &'static str> {
    (100..600).filter_map(reason).chain(OTHER_REASONS)
}

/// The reason phrase that a text is, in any case, with or without what stands between its words: `Not-Found`.
pub fn reason_of(text: &str) -> Option<&'static str> {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '\'')).map(|c| c.to_ascii_lowercase()).collect()
    };
    let wanted = letters(text);
    reasons().find(|reason| letters(reason) == wanted)
}

/// The class of a status, 1 to 5, as in `5xx`.
pub fn class(status: i64) -> Option<i64> {
    (100..600).contains(&status).then_some(status / 100)
}
