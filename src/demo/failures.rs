//! The ways in which requests fail: status, type in the vendor's style, message.
//!
//! Types that the vendor's own catalogue lists are used where one fits (Files.com CLI,
//! `agents/error-catalog.json`); the others are made in its style: a group, a stroke, a name.

use super::latency::Latency;

/// What a failure looks like in the log.
#[derive(Debug, Clone, Copy)]
pub struct FailureLook {
    /// The HTTP status.
    pub status: u16,
    /// The type: group and name.
    pub error_type: &'static str,
    /// The message, a template of [`super::words`].
    pub message: &'static str,
    /// How long it takes.
    pub latency: Latency,
}

const QUICK: Latency = Latency::around(7.0, 0.5);
const CHECKED: Latency = Latency::around(22.0, 0.6);
const WORKED: Latency = Latency::around(85.0, 0.7);

macro_rules! failures {
    ($($name:ident $about:literal $status:literal $error_type:literal $message:literal $latency:expr;)*) => {
        /// A kind of failure.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Failure {
            $(#[doc = $about] $name,)*
        }

        /// What the kinds look like, in their order.
        const LOOKS: &[FailureLook] = &[$(FailureLook {
            status: $status,
            error_type: $error_type,
            message: $message,
            latency: $latency,
        },)*];
    };
}

failures! {
    InvalidCredentials "A key that nobody was given."
        401 "not-authenticated/invalid-credentials" "Invalid API key or session" QUICK;
    ExpiredKey "A key past its date."
        401 "not-authenticated/expired-api-key" "API key {key}… has expired" QUICK;
    InvalidSession "A browser session that has ended."
        401 "not-authenticated/invalid-session" "The session has ended, sign in again" QUICK;
    WrongPassword "A wrong password."
        401 "not-authenticated/invalid-username-or-password" "Invalid username or password" CHECKED;
    ReadPermission "No permission to read."
        403 "not-authorized/read-permission-required" "{user} may not read /{folder}" CHECKED;
    WritePermission "No permission to write."
        403 "not-authorized/write-permission-required" "{user} may not write to /{folder}" CHECKED;
    AdminRequired "Not an administrator."
        403 "not-authorized/site-admin-required" "{api} needs a Site Admin, {user} is none" QUICK;
    PathRestricted "A key for another folder."
        403 "not-authorized/api-key-is-path-restricted" "API key {key}… is restricted to /partners, asked for /{folder}" CHECKED;
    FileNotFound "No such file."
        404 "not-found/file-not-found" "File not found: /{file}" CHECKED;
    RecordNotFound "No such record."
        404 "not-found" "Nothing found at {path}" CHECKED;
    UserNotFound "No such user."
        404 "not-found/user-not-found" "User {number} not found" CHECKED;
    LinkNotFound "A share link that is gone."
        404 "not-found/code-not-found" "Share link {link} does not exist or has expired" CHECKED;
    ParentMissing "The folder to write into is missing."
        409 "processing-failure/destination-parent-does-not-exist" "Parent folder of /{file} does not exist" CHECKED;
    OutOfStock "The stock does not suffice."
        409 "processing-failure/out-of-stock" "{sku}: {few} asked for, 0 available in {warehouse}" WORKED;
    DuplicateOrder "The same order a second time."
        409 "processing-failure/duplicate-order" "Reference {reference} was already used for order {order}" WORKED;
    DestinationExists "The destination is there already."
        422 "processing-failure/destination-exists" "Destination exists: /{file}" CHECKED;
    FileLocked "Somebody else has the file locked."
        422 "processing-failure/file-locked" "/{file} is locked by {person}" CHECKED;
    InvalidBody "The body does not say what it should."
        422 "bad-request/invalid-body" "lines[{few}].quantity must be greater than 0" CHECKED;
    MissingParameter "A parameter is missing."
        422 "bad-request/request-params-required" "{parameter} is required" CHECKED;
    InvalidCursor "A cursor that is none."
        422 "bad-request/invalid-cursor" "The cursor {cursor} is not valid for {api}" CHECKED;
    PaymentDeclined "A card that was refused."
        422 "processing-failure/payment-declined" "Card declined for order {order}: {decline}" WORKED;
    ExportNotReady "An export that is asked for too early."
        422 "processing-failure/export-not-ready" "The export of {day} is not ready" CHECKED;
    UploadPartSize "A part of an upload with a wrong size."
        422 "bad-request/invalid-upload-part-size" "Part {few} of /{file} has {oddsize} bytes, announced were 5242880" WORKED;
    TooManyRequests "Too many requests."
        429 "rate-limited/too-many-requests" "More than 600 requests a minute from {user}" QUICK;
    TooManyConcurrent "Too many at once."
        429 "rate-limited/too-many-concurrent-requests" "More than 20 requests at once from {user}" QUICK;
    TooManyLogins "Too many logins."
        429 "rate-limited/too-many-login-attempts" "Too many sign-in attempts from {ip}" QUICK;
    Unexpected "A fault of ours."
        500 "internal-error/unexpected" "Unexpected error, reference {reference}" Latency::around(310.0, 0.9);
    UploadBroken "An upload that breaks inside."
        500 "internal-error/upload-finalize" "Could not complete the upload of /{file}: part list is empty" Latency::around(190.0, 0.6);
    Storage "The storage behind is in trouble."
        500 "internal-error/storage-unavailable" "Storage did not accept /{file}: no healthy node in {zone}" Latency::around(640.0, 0.5);
    Upstream "The upstream hung up."
        502 "processing-failure/upstream" "Upstream closed connection before headers" Latency::around(1_080.0, 0.22);
    UpstreamTimeout "The upstream did not answer in time."
        504 "processing-failure/upstream-timeout" "Upstream timed out after 30 s" Latency::between(30_000.0, 30_060.0);
}

impl Failure {
    /// What it looks like.
    #[inline]
    pub fn look(self) -> FailureLook {
        LOOKS[self as usize]
    }
}

/// How often, and in which ways, an endpoint usually fails: parts of ten thousand requests.
pub type FailureMix = &'static [(Failure, u32)];

/// Reading files.
pub const READS_FILES: FailureMix = &[
    (Failure::FileNotFound, 160),
    (Failure::ReadPermission, 30),
    (Failure::InvalidCredentials, 22),
    (Failure::TooManyRequests, 14),
    (Failure::PathRestricted, 10),
    (Failure::Unexpected, 8),
    (Failure::Upstream, 2),
    (Failure::UpstreamTimeout, 1),
];

/// Writing files.
pub const WRITES_FILES: FailureMix = &[
    (Failure::DestinationExists, 70),
    (Failure::WritePermission, 40),
    (Failure::ParentMissing, 34),
    (Failure::FileNotFound, 30),
    (Failure::FileLocked, 24),
    (Failure::InvalidCredentials, 22),
    (Failure::TooManyConcurrent, 14),
    (Failure::UploadPartSize, 6),
    (Failure::Unexpected, 12),
    (Failure::Storage, 5),
    (Failure::Upstream, 2),
];

/// Reading single records.
pub const READS_RECORDS: FailureMix = &[
    (Failure::RecordNotFound, 130),
    (Failure::InvalidCredentials, 22),
    (Failure::TooManyRequests, 14),
    (Failure::ReadPermission, 8),
    (Failure::Unexpected, 6),
    (Failure::Upstream, 2),
];

/// Reading lists.
pub const LISTS: FailureMix = &[
    (Failure::InvalidCursor, 34),
    (Failure::InvalidCredentials, 26),
    (Failure::TooManyRequests, 24),
    (Failure::ReadPermission, 16),
    (Failure::MissingParameter, 14),
    (Failure::Unexpected, 7),
    (Failure::UpstreamTimeout, 2),
];

/// Placing and changing orders.
pub const ORDERS: FailureMix = &[
    (Failure::InvalidBody, 84),
    (Failure::OutOfStock, 62),
    (Failure::DuplicateOrder, 38),
    (Failure::MissingParameter, 30),
    (Failure::InvalidCredentials, 20),
    (Failure::TooManyRequests, 16),
    (Failure::Unexpected, 10),
    (Failure::Upstream, 6),
    (Failure::UpstreamTimeout, 2),
];

/// Taking money.
pub const PAYMENTS: FailureMix = &[
    (Failure::PaymentDeclined, 310),
    (Failure::InvalidBody, 30),
    (Failure::Unexpected, 8),
    (Failure::Upstream, 8),
    (Failure::UpstreamTimeout, 5),
];

/// Writing other records.
pub const WRITES_RECORDS: FailureMix = &[
    (Failure::InvalidBody, 96),
    (Failure::RecordNotFound, 44),
    (Failure::MissingParameter, 40),
    (Failure::InvalidCredentials, 20),
    (Failure::WritePermission, 16),
    (Failure::Unexpected, 9),
];

/// Exports and reports.
pub const EXPORTS: FailureMix = &[
    (Failure::ExportNotReady, 150),
    (Failure::MissingParameter, 30),
    (Failure::InvalidCredentials, 20),
    (Failure::TooManyConcurrent, 20),
    (Failure::UpstreamTimeout, 14),
    (Failure::Unexpected, 10),
];

/// Administration.
pub const ADMINISTERS: FailureMix = &[
    (Failure::AdminRequired, 120),
    (Failure::UserNotFound, 60),
    (Failure::InvalidSession, 40),
    (Failure::InvalidBody, 24),
    (Failure::Unexpected, 6),
];

/// Signing in.
pub const SIGNS_IN: FailureMix =
    &[(Failure::WrongPassword, 900), (Failure::TooManyLogins, 60), (Failure::Unexpected, 6)];

/// Browser calls in the background.
pub const BROWSES: FailureMix = &[(Failure::InvalidSession, 150), (Failure::Unexpected, 6)];

/// Share links.
pub const LINKS: FailureMix = &[(Failure::LinkNotFound, 220), (Failure::TooManyRequests, 20), (Failure::Unexpected, 5)];

/// What hardly fails.
pub const STEADY: FailureMix = &[(Failure::Unexpected, 8), (Failure::UpstreamTimeout, 4)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_the_vendors_statuses() {
        // Vendor's catalogue: the status of each group, with the exceptions it names.
        for (failure, _) in [
            READS_FILES,
            WRITES_FILES,
            READS_RECORDS,
            LISTS,
            ORDERS,
            PAYMENTS,
            WRITES_RECORDS,
            EXPORTS,
            ADMINISTERS,
            SIGNS_IN,
            BROWSES,
            LINKS,
            STEADY,
        ]
        .into_iter()
        .flatten()
        {
            let look = failure.look();
            let allowed: &[u16] = match look.error_type.split('/').next().unwrap() {
                "bad-request" => &[422],
                "not-authenticated" => &[401],
                "not-authorized" => &[403],
                "not-found" => &[404],
                "processing-failure" => &[409, 422, 502, 504],
                "rate-limited" => &[429],
                "internal-error" => &[500],
                _ => &[],
            };
            assert!(allowed.contains(&look.status), "{failure:?}");
        }
    }
}
