//! What can go wrong on the made-up platform: what it calls, how it fails, whom it hits.

use super::api::endpoint_number;
use super::failures::Failure;

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The service behind orders drops connections.
    Upstream,
    /// A deploy breaks uploads for one release of the SDK.
    BrokenDeploy,
    /// A key has expired and its owner does not notice.
    ExpiredKey,
    /// The service behind exports is slow.
    SlowUpstream,
    /// An integration runs into its rate limit.
    RateLimited,
    /// A partner's key was restricted to the wrong folder.
    Blocked,
    /// The storage refuses to write.
    Storage,
}

/// How an incident's own traffic looks.
#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    /// What is called; nothing means the caller's habit.
    pub endpoints: &'static [&'static str],
    /// How it fails, by weight.
    pub failures: &'static [(Failure, u32)],
    /// Attempts per call, at least and at most.
    pub attempts: (u64, u64),
    /// Seconds between attempts, at least and at most.
    pub gap: (u64, u64),
}

impl Kind {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Upstream => "upstream-502",
            Self::BrokenDeploy => "broken-deploy",
            Self::ExpiredKey => "expired-key",
            Self::SlowUpstream => "slow-upstream",
            Self::RateLimited => "rate-limited",
            Self::Blocked => "blocked-partner",
            Self::Storage => "storage-500",
        }
    }

    /// How its own traffic looks.
    pub fn pattern(self) -> Pattern {
        match self {
            Self::Upstream => Pattern {
                endpoints: &["orders.create"],
                failures: &[(Failure::Upstream, 96), (Failure::UpstreamTimeout, 4)],
                attempts: (2, 5),
                gap: (1, 5),
            },
            Self::BrokenDeploy => Pattern {
                endpoints: &["files.upload"],
                failures: &[(Failure::UploadPartSize, 72), (Failure::UploadBroken, 28)],
                attempts: (1, 3),
                gap: (1, 4),
            },
            Self::ExpiredKey => {
                Pattern { endpoints: &[], failures: &[(Failure::ExpiredKey, 1)], attempts: (1, 1), gap: (1, 1) }
            }
            Self::SlowUpstream => {
                Pattern { endpoints: &["orders.export"], failures: &[], attempts: (1, 1), gap: (1, 1) }
            }
            Self::RateLimited => {
                Pattern { endpoints: &[], failures: &[(Failure::TooManyRequests, 1)], attempts: (3, 8), gap: (1, 2) }
            }
            Self::Blocked => Pattern {
                endpoints: &["files.download", "folders.list", "files.upload"],
                failures: &[(Failure::PathRestricted, 1)],
                attempts: (1, 3),
                gap: (2, 5),
            },
            Self::Storage => Pattern {
                endpoints: &["files.upload", "files.upload", "files.copy"],
                failures: &[(Failure::Storage, 1)],
                attempts: (2, 4),
                gap: (1, 4),
            },
        }
    }

    /// The numbers of the endpoints that its own traffic calls; none means the caller's habit.
    pub fn endpoint_numbers(self) -> Vec<u8> {
        self.pattern().endpoints.iter().filter_map(|name| endpoint_number(name)).collect()
    }

    /// The share of somebody's ordinary calls of an endpoint that it makes fail.
    pub fn share(self, is_leader: bool, is_endpoint: bool) -> f64 {
        match self {
            Self::Upstream if is_endpoint => [0.3, 0.8][usize::from(is_leader)],
            Self::BrokenDeploy if is_endpoint && is_leader => 0.97,
            Self::ExpiredKey | Self::Blocked if is_leader => 1.0,
            Self::RateLimited if is_leader => 0.85,
            Self::Storage if is_endpoint => 0.6,
            Self::SlowUpstream if is_endpoint => 1.0,
            _ => 0.0,
        }
    }
}
