//! What other languages write: Kibana, Lucene, Datadog, GitHub, mitmproxy, jq, Loki, SQL, Splunk, Kusto.
//!
//! Here lives what reads a text by the rules of another tool. It makes no node of the tree: it answers with a
//! [`QueryError`](crate::query::error::QueryError) that says what is right here, or with nothing, where that is not
//! sure. A language that binds otherwise than ours is read as a whole and has a folder (`jq`, `loki`, `mitmproxy`,
//! `pipelines`); the others are read term by term, where our own reader stands. `functions`, `operand` and `condition`
//! are what they share: the functions of all, and what a comparison comes to here.

pub(super) mod absence;
pub(super) mod any_column;
pub(super) mod between_slashes;
pub(super) mod classes;
pub(super) mod condition;
pub(super) mod elasticsearch;
pub(super) mod escapes;
pub(super) mod functions;
pub(super) mod in_field;
pub(super) mod jq;
pub(super) mod literal;
pub(super) mod loki;
pub(super) mod mitmproxy;
pub(super) mod moments;
pub(super) mod nested;
pub(super) mod numbers;
pub(super) mod operand;
pub(super) mod operand_read;
pub(super) mod other_names;
pub(super) mod people;
pub(super) mod pipelines;
pub(super) mod reckoned;
pub(super) mod reckoned_calls;
pub(super) mod scan;
pub(super) mod sign;
pub(super) mod sql;
pub(super) mod terms;
pub(super) mod words;
