//! Answers that say what is wrong, in the vendor's words for them.

use serde::Serialize;

/// An error as the API answers it. Keys: `responseerror.go` in Files.com's Go SDK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// Group and name.
    pub kind: &'static str,
    /// What is wrong, in a sentence.
    pub error: String,
    /// Seconds after which it can be tried again.
    pub retry_after: Option<u64>,
}

#[derive(Serialize)]
struct Body<'p> {
    error: &'p str,
    #[serde(rename = "http-code")]
    http_code: u16,
    instance: &'p str,
    title: String,
    #[serde(rename = "type")]
    kind: &'p str,
}

impl Problem {
    /// A problem with a status, a type and a sentence.
    pub fn new(status: u16, kind: &'static str, error: impl Into<String>) -> Self {
        Self { status, kind, error: error.into(), retry_after: None }
    }

    /// The body for the request of an id.
    pub fn body(&self, request_id: &str) -> Vec<u8> {
        let body = Body {
            error: &self.error,
            http_code: self.status,
            instance: request_id,
            title: title(self.kind),
            kind: self.kind,
        };
        serde_json::to_vec(&body).expect("texts and a number are always JSON")
    }
}

/// The name of a type in words: `invalid-cursor` is `Invalid Cursor`.
fn title(kind: &str) -> String {
    let name = kind.rsplit('/').next().unwrap_or(kind);
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    });
    words.collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_have_the_vendors_keys() {
        let problem = Problem::new(422, "bad-request/invalid-cursor", "No “such” cursor");
        let body: serde_json::Value = serde_json::from_slice(&problem.body("abc")).unwrap();
        assert_eq!(
            body,
            serde_json::json!({"error": "No “such” cursor", "http-code": 422, "instance": "abc",
                "title": "Invalid Cursor", "type": "bad-request/invalid-cursor"})
        );
    }
}
