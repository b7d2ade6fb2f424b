//! What a poller writes down beside its rows, to go on from after a restart.

use serde::{Deserialize, Serialize};

use crate::base::time::Timestamp;
use crate::model::period::TimeRange;

use super::later::Later;

/// The version that this program writes.
const VERSION: u32 = 1;

/// A poller's state. What is complete stands in the store's coverage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    version: u32,
    /// The newest record's time.
    #[serde(default)]
    pub(super) newest: Option<Timestamp>,
    /// Spans that were recorded as gaps and are not asked for again with the rest.
    #[serde(default)]
    pub(super) lost: Vec<TimeRange>,
    /// Those of them that are asked for once more, later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) later: Vec<Later>,
}

impl Default for Checkpoint {
    fn default() -> Self {
        Self { version: VERSION, newest: None, lost: Vec::new(), later: Vec::new() }
    }
}

impl Checkpoint {
    /// Reads a checkpoint. One that is damaged or from a newer program is no reason to stop: the
    /// overlap and the store's coverage find everything again. Says so then.
    pub(super) fn read(text: Option<&str>) -> (Self, Option<String>) {
        let Some(text) = text else { return (Self::default(), None) };
        match serde_json::from_str::<Self>(text) {
            Ok(checkpoint) if checkpoint.version == VERSION => (checkpoint, None),
            Ok(newer) => {
                let note = format!(
                    "the poller's checkpoint was written by another version ({}) and was reset; nothing is lost",
                    newer.version
                );
                (Self::default(), Some(note))
            }
            Err(_) => (
                Self::default(),
                Some("the poller's checkpoint could not be read and was reset; nothing is lost".into()),
            ),
        }
    }

    /// As it is stored.
    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).expect("numbers and lists are always JSON")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::later::put_off;
    use super::*;

    #[test]
    fn comes_back_as_it_was() {
        let lost = vec![TimeRange::new(Timestamp(-5), Timestamp(7))];
        let checkpoint = Checkpoint { newest: Some(Timestamp(42)), lost, ..Checkpoint::default() };
        assert_eq!(checkpoint.write(), r#"{"version":1,"newest":42,"lost":[[-5,7]]}"#);
        assert_eq!(Checkpoint::read(Some(&checkpoint.write())), (checkpoint.clone(), None));
        let mut later = Vec::new();
        put_off(&mut later, TimeRange::new(Timestamp(-5), Timestamp(7)), Timestamp(9), Duration::from_secs(1));
        let checkpoint = Checkpoint { later, ..checkpoint };
        assert_eq!(Checkpoint::read(Some(&checkpoint.write())), (checkpoint, None));
        assert_eq!(Checkpoint::read(None), (Checkpoint::default(), None));
    }

    #[test]
    fn damaged_ones_are_reset_and_said() {
        for text in ["", "\0\0\0\0", "{", "null", "[]", r#"{"version":1,"newest":"x"}"#, r#"{"version":9}"#] {
            let (checkpoint, note) = Checkpoint::read(Some(text));
            assert_eq!(checkpoint, Checkpoint::default());
            assert!(note.is_some_and(|note| note.contains("reset")), "{text:?}");
        }
    }
}
