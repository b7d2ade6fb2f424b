//! What sources say to whoever runs them.

use tokio::sync::oneshot;

use crate::model::intake::{Intake, IntakeResult};
use crate::model::source_status::SourceStatus;

/// Answered once a batch is durable. Dropping it says that the batch was not stored: the source
/// brings it again.
pub type Ack = oneshot::Sender<IntakeResult>;

/// What a source sends through its bounded channel.
#[derive(Debug)]
pub enum SourceEvent {
    /// Rows to store. The source goes on when they are acknowledged, so that its checkpoint is never
    /// ahead of its rows.
    Batch(Box<Intake>, Ack),
    /// What it is doing now.
    Status(Box<SourceStatus>),
}
