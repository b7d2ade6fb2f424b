//! The language as a whole, by what is typed: `language` for our own, the others for what comes from elsewhere.

mod attributes;
mod contradictions;
mod dialect;
mod dialect_values;
mod elsewhere;
mod foreign;
mod forgotten;
mod glued;
mod habits;
mod habits_more;
mod language;
mod moments;
mod near;
mod pasted;
mod pipelines;
mod said;
mod slips;
mod strange;
mod times;
mod tools;
mod tools_more;
mod wholes;
mod wrapped;
