//! What callers do with the API.

/// What somebody does with the API, as endpoints and weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Habit {
    /// Loads orders and invoices into a warehouse of data.
    Loads,
    /// Places and follows orders.
    Trades,
    /// A shop's front.
    Sells,
    /// Keeps stock.
    Stocks,
    /// Moves files in and out.
    Transfers,
    /// Reads figures.
    Reports,
    /// Browses files.
    Browses,
    /// Looks after the site.
    Administers,
    /// Keeps a folder in step.
    Syncs,
    /// Brings users in from a directory.
    Provisions,
    /// Runs automations.
    Automates,
}

impl Habit {
    /// All habits, in the order of their numbers.
    pub const ALL: [Self; 11] = [
        Self::Loads,
        Self::Trades,
        Self::Sells,
        Self::Stocks,
        Self::Transfers,
        Self::Reports,
        Self::Browses,
        Self::Administers,
        Self::Syncs,
        Self::Provisions,
        Self::Automates,
    ];

    /// What it calls, and how often.
    pub fn calls(self) -> Calls {
        match self {
            Self::Loads => LOADS,
            Self::Trades => TRADES,
            Self::Sells => SELLS,
            Self::Stocks => STOCKS,
            Self::Transfers => TRANSFERS,
            Self::Reports => REPORTS,
            Self::Browses => BROWSES,
            Self::Administers => ADMINISTERS,
            Self::Syncs => SYNCS,
            Self::Provisions => PROVISIONS,
            Self::Automates => AUTOMATES,
        }
    }
}

/// Endpoints and how often they are called, by weight.
pub type Calls = &'static [(&'static str, u32)];

const LOADS: Calls = &[
    ("orders.list", 22),
    ("orders.create", 26),
    ("orders.get", 16),
    ("orders.export", 6),
    ("customers.list", 9),
    ("invoices.list", 6),
    ("files.upload", 8),
    ("files.download", 5),
    ("invoices.export", 2),
];
const TRADES: Calls = &[
    ("orders.create", 27),
    ("orders.get", 25),
    ("orders.list", 10),
    ("orders.update", 9),
    ("orders.cancel", 2),
    ("shipments.track", 9),
    ("inventory.get", 8),
    ("customers.get", 5),
    ("customers.update", 2),
    ("returns.create", 2),
    ("orders.export", 1),
    ("files.upload", 2),
];
const SELLS: Calls = &[
    ("products.get", 32),
    ("products.list", 14),
    ("products.search", 10),
    ("carts.create", 7),
    ("carts.update", 12),
    ("inventory.get", 9),
    ("orders.create", 5),
    ("payments.create", 5),
    ("customers.get", 3),
    ("customers.create", 1),
    ("shipments.track", 2),
];
const STOCKS: Calls = &[
    ("inventory.get", 30),
    ("inventory.update", 34),
    ("products.get", 8),
    ("shipments.create", 14),
    ("orders.update", 9),
    ("orders.list", 5),
];
const TRANSFERS: Calls = &[
    ("files.upload", 34),
    ("files.download", 28),
    ("folders.list", 20),
    ("files.find", 8),
    ("files.move", 5),
    ("files.delete", 4),
    ("folders.create", 1),
];
const REPORTS: Calls = &[
    ("orders.export", 20),
    ("invoices.export", 8),
    ("reports.usage", 4),
    ("orders.list", 28),
    ("customers.list", 20),
    ("invoices.list", 14),
    ("invoices.get", 8),
    ("history.list", 6),
];
const BROWSES: Calls = &[
    ("folders.list", 40),
    ("files.download", 20),
    ("files.find", 8),
    ("files.upload", 9),
    ("notifications.list", 10),
    ("files.move", 3),
    ("files.copy", 2),
    ("files.delete", 2),
    ("folders.create", 2),
    ("bundles.create", 2),
    ("bundles.download", 2),
];
const ADMINISTERS: Calls = &[
    ("users.list", 22),
    ("users.get", 18),
    ("users.update", 8),
    ("users.create", 4),
    ("groups.list", 12),
    ("permissions.list", 14),
    ("api_keys.list", 6),
    ("history.list", 12),
    ("folders.list", 4),
];
const SYNCS: Calls =
    &[("folders.list", 44), ("files.find", 22), ("files.download", 18), ("files.upload", 13), ("files.delete", 3)];
const PROVISIONS: Calls = &[("users.list", 40), ("users.get", 30), ("users.update", 20), ("users.create", 10)];
const AUTOMATES: Calls =
    &[("automations.run", 20), ("files.move", 40), ("files.copy", 20), ("files.delete", 10), ("folders.list", 10)];

#[cfg(test)]
mod tests {
    use super::super::api::{ENDPOINTS, endpoint_number};
    use super::*;

    #[test]
    fn habits_call_what_exists_and_everything_is_called() {
        let mut called: Vec<&str> = Habit::ALL.iter().flat_map(|habit| habit.calls()).map(|(name, _)| *name).collect();
        assert!(called.iter().all(|name| endpoint_number(name).is_some()));
        // By sessions and timetables.
        called.extend(["sessions.create", "sessions.delete", "status.get"]);
        for endpoint in ENDPOINTS {
            assert!(called.contains(&endpoint.name), "{} is never called", endpoint.name);
        }
        assert_eq!(ENDPOINTS.len(), 48);
        for (place, habit) in Habit::ALL.iter().enumerate() {
            assert_eq!(*habit as usize, place);
        }
    }
}
