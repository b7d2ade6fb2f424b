//! The field table. Everything that has to do with fields derives from it: the store's columns,
//! the query language, the table on the screen, CSV headings, completions and `help fields`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a field's values are, and so how they are compared, searched and stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Our own short name of a record.
    Handle,
    /// A point in time.
    Time,
    /// An id that is compared without case and dashes.
    Id,
    /// An HTTP status; missing means that there was no response.
    Status,
    /// `success` or `failure`.
    Outcome,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// One of not too many values: searched by words, counted in panes.
    Name,
    /// Free text: searched by phrase.
    Text,
    /// An internet address, or what stands in its place.
    Address,
    /// A span of time; typed and shown in milliseconds unless a unit says otherwise.
    Duration,
}

/// One row of the field table.
#[derive(Debug)]
pub struct FieldSpec {
    /// Which field.
    pub field: Field,
    /// Its name in queries, JSON and configuration.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Its title over a column or a pane.
    pub label: &'static str,
    /// Other names it goes by, in vendors' APIs and in queries. Lower case.
    pub aliases: &'static [&'static str],
    /// The heading on the Files.com page "API Logs".
    pub files_com: Option<&'static str>,
    /// The heading in Workato's CSV download.
    pub workato: Option<&'static str>,
    /// What it means, in one sentence.
    pub about: &'static str,
}

macro_rules! fields {
    ($($variant:ident $name:literal $kind:ident $label:literal
        [$($alias:literal),*] $files_com:expr, $workato:expr, $about:literal;)*) => {
        /// A field of a record.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Field {
            $(#[doc = $about] $variant,)*
        }

        /// All fields, in the order in which they are shown and written.
        pub const FIELDS: &[FieldSpec] = &[
            $(FieldSpec {
                field: Field::$variant,
                name: $name,
                kind: Kind::$kind,
                label: $label,
                aliases: &[$($alias),*],
                files_com: $files_com,
                workato: $workato,
                about: $about,
            },)*
        ];
    };
}

// Headings as on the vendors' pages (see README, "Where the facts come from").
fields! {
    Key "key" Handle "Handle" ["handle"] None, None,
        "our short handle of the record; works wherever an id does";
    Time "time" Time "Time" ["created_at", "timestamp", "date", "@timestamp", "created", "datetime"] Some("Date"), Some("Date"),
        "when the request arrived";
    RequestId "request_id" Id "Request-ID" ["id", "requestid", "x_request_id", "request", "http.request_id", "http.request.id"] Some("Request-ID"), None,
        "the id that the source gave the request; matched without case and dashes";
    Status "status" Status "Status" ["response_code", "code", "status_code", "response_status", "http_status", "http.status_code", "http.response.status_code"] Some("Response Code"), Some("Code"),
        "the HTTP status; none when there was no response";
    StatusText "status_text" Name "Status text" ["reason"] None, Some("Status"),
        "the words for the status";
    Outcome "outcome" Outcome "Outcome" ["success", "type", "result", "event.outcome"] Some("Status"), Some("Type"),
        "success or failure: the source's own word, else failure from status 400 on and without a response";
    Method "method" Name "Method" ["request_method", "http_method", "verb", "http.method", "http.request.method"] Some("Request Method"), None,
        "the HTTP method";
    Path "path" Text "Path" ["request_path", "url", "uri", "request_uri", "http.url", "http.target", "url.path", "url.full", "url.original", "http.url_details.path"] Some("Path"), None,
        "the path that was asked for, with its query string";
    Host "host" Name "Host" ["request_host", "domain", "server_name", "http.host", "url.domain", "server.address", "http.url_details.host"] Some("Request Host"), None,
        "the host that the request went to";
    Endpoint "endpoint" Name "Endpoint" ["api_name", "route", "operation", "api", "http.route"] Some("API Name"), Some("Endpoint"),
        "the route or operation, not the concrete path";
    Collection "collection" Name "Collection" ["api_collection", "service"] None, Some("API collection"),
        "the API collection that the endpoint belongs to";
    CollectionType "collection_type" Name "Collection type" [] None, None,
        "recipe or proxy";
    Client "client" Name "Client" ["username", "user", "consumer", "caller", "user.name", "usr.name"] Some("User"), Some("Client"),
        "who called";
    UserId "user_id" Integer "User ID" ["uid", "user.id", "usr.id"] None, None,
        "the number of the user who called";
    Impersonator "impersonator" Name "Impersonator" ["impersonator_user_id", "impersonator_user"] Some("Impersonator User"), None,
        "the administrator who acted as the user";
    FromParentSite "from_parent_site" Boolean "From parent site" ["user_is_from_parent_site", "parent_site"] Some("User from Parent Site?"), None,
        "whether the user belongs to a parent site";
    ApiKeyId "api_key_id" Name "API key ID" ["key_id"] Some("API Key ID"), None,
        "the id of the API key, never the key";
    ApiKeyPrefix "api_key_prefix" Name "API key prefix" ["key_prefix"] Some("API Key prefix"), None,
        "the first characters of the API key, never the key";
    Interface "interface" Name "Interface" ["protocol"] Some("Interface"), None,
        "the way in: restapi, web, sftp and so on";
    Ip "ip" Address "IP" ["request_ip", "client_ip", "remote_addr", "remote_ip", "address", "client.ip", "client.address", "source.ip", "network.client.ip"] Some("Request IP"), Some("IP"),
        "the caller's address";
    UserAgent "user_agent" Text "User agent" ["agent", "ua", "http_user_agent", "http.useragent", "user_agent.original", "useragent"] Some("User Agent"), None,
        "the program that called, in its own words";
    Duration "duration" Duration "Took" ["duration_ms", "timing", "took", "latency", "elapsed", "request_time", "event.duration"] Some("Duration"), Some("Timing"),
        "how long the request was worked on";
    Delay "delay" Duration "Waited" ["waiting", "queue_time"] None, Some("Delay"),
        "how long the request waited before work began";
    GatewayCode "gateway_code" Name "Gateway code" ["gw_code"] None, Some("Gateway code"),
        "the gateway's diagnostic code for a failed request";
    StatusDetails "status_details" Name "Details" ["details"] None, Some("Status details"),
        "the gateway's diagnostic message";
    ErrorType "error_type" Name "Error type" ["error_code", "error.type", "error.kind", "error.code"] Some("Error Type"), None,
        "the kind of error";
    ErrorMessage "error_message" Text "Error" ["error", "message", "error.message"] Some("Error Message"), None,
        "the error in words";
    Job "job" Text "Job" ["job_details", "job_url"] None, Some("Job details"),
        "a link to the job that the request started";
    Failure "failure" Name "Failures" [] None, None,
        "status, gateway code and details or error type of a failed request, as one value";
    Source "source" Name "Source" [] None, None,
        "which configured source brought the record";
}

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = FIELDS.len();

    /// The field's row in the table.
    pub fn spec(self) -> &'static FieldSpec {
        &FIELDS[self as usize]
    }

    /// The field's name in queries, JSON and configuration.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// The field's title.
    pub fn label(self) -> &'static str {
        self.spec().label
    }

    /// What the field's values are.
    pub fn kind(self) -> Kind {
        self.spec().kind
    }

    /// All fields.
    pub fn all() -> impl Iterator<Item = Self> {
        FIELDS.iter().map(|spec| spec.field)
    }

    /// Finds a field by its name, by its title or by a name that a vendor gives it, without case; `-`, a
    /// space and `_` are the same, and a leading `@` is forgiven.
    pub fn find(name: &str) -> Option<Self> {
        static NAMES: LazyLock<HashMap<String, Field>> = LazyLock::new(|| {
            // The names go first, then the fields in their order.
            let names = FIELDS.iter().map(|spec| (spec.name.to_owned(), spec.field));
            let others = FIELDS.iter().flat_map(|spec| {
                let titles = [Some(spec.label), spec.files_com, spec.workato].into_iter().flatten().map(plain_name);
                titles.chain(spec.aliases.iter().map(|alias| (*alias).to_owned())).map(|name| (name, spec.field))
            });
            let mut found = HashMap::new();
            for (name, field) in names.chain(others) {
                found.entry(name).or_insert(field);
            }
            found
        });
        NAMES.get(&plain_name(name)).copied()
    }
}

fn plain_name(name: &str) -> String {
    name.trim()
        .trim_start_matches('@')
        .trim_end_matches('?')
        .chars()
        .map(|c| if matches!(c, '-' | ' ') { '_' } else { c.to_ascii_lowercase() })
        .collect()
}

/// A field of the table, or one that only some sources have.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldRef {
    /// A field of the table.
    Known(Field),
    /// What a source sent besides: the path below `attributes`, parts joined by dots.
    Attribute(String),
}

impl FieldRef {
    /// Finds a field by name; what begins with `attributes.` is always one.
    pub fn find(name: &str) -> Option<Self> {
        match name.trim().trim_start_matches('@').strip_prefix("attributes.") {
            Some("") => None,
            Some(path) => Some(Self::Attribute(path.to_owned())),
            None => Field::find(name).map(Self::Known),
        }
    }

    /// The name in queries and JSON.
    pub fn name(&self) -> std::borrow::Cow<'static, str> {
        match self {
            Self::Known(field) => field.name().into(),
            Self::Attribute(path) => format!("attributes.{path}").into(),
        }
    }

    /// What the values are; an attribute is a name.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Known(field) => field.kind(),
            Self::Attribute(_) => Kind::Name,
        }
    }

    /// The field of the table, if it is one.
    pub fn known(&self) -> Option<Field> {
        match self {
            Self::Known(field) => Some(*field),
            Self::Attribute(_) => None,
        }
    }
}

impl From<Field> for FieldRef {
    fn from(field: Field) -> Self {
        Self::Known(field)
    }
}

impl std::fmt::Display for FieldRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_in_order_and_names_are_unique() {
        let mut names = std::collections::HashSet::new();
        for (place, spec) in FIELDS.iter().enumerate() {
            assert_eq!(spec.field as usize, place);
            assert!(names.insert(spec.name), "{}", spec.name);
            for alias in spec.aliases {
                assert!(names.insert(alias), "{alias} is taken");
                assert_eq!(*alias, alias.to_lowercase());
            }
        }
    }

    #[test]
    fn vendors_names_are_understood() {
        for (name, field) in [
            ("response_code", Field::Status),
            ("username", Field::Client),
            ("API Name", Field::Endpoint),
            ("Gateway code", Field::GatewayCode),
            ("X-Request-ID", Field::RequestId),
            ("@timestamp", Field::Time),
            ("User from Parent Site?", Field::FromParentSite),
        ] {
            assert_eq!(Field::find(name), Some(field), "{name}");
        }
        assert_eq!(Field::find("colour"), None);
    }

    #[test]
    fn the_vendors_tables_are_whole() {
        assert_eq!(FIELDS.iter().filter(|s| s.files_com.is_some()).count(), 19);
        assert_eq!(FIELDS.iter().filter(|s| s.workato.is_some()).count(), 13);
    }
}
