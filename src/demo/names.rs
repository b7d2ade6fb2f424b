//! Names, programs and addresses that the made-up platform's callers are put together from.
//! Companies are made up or Microsoft's sample companies; addresses are from the blocks that are
//! reserved for documentation, tests and private networks (RFC 5737, 3849, 2544, 1918).

use super::habits::Habit;

/// An integration with a fixed name.
#[derive(Debug)]
pub struct Named {
    /// Its username.
    pub name: &'static str,
    /// What it does.
    pub habit: Habit,
    /// The program that it calls with.
    pub agent: &'static str,
    /// Its addresses.
    pub addresses: &'static [&'static str],
}

const fn named(name: &'static str, habit: Habit, agent: &'static str, addresses: &'static [&'static str]) -> Named {
    Named { name, habit, agent, addresses }
}

/// The release of the SDK that a deploy breaks.
pub const BROKEN_SDK: &str = "Files.com Python SDK v1.6.431";

/// Who watches the platform, on the minute.
pub const MONITOR: &str = "Monitor";
/// Who fetches everything at night.
pub const BACKUP: &str = "Nightly Backup";
/// Whose key expires.
pub const EXPIRED: &str = "Legacy Importer";
/// Who loads the orders.
pub const LOADER: &str = "ETL Partner";

/// The integrations with fixed names; the busiest first.
pub const NAMED: &[Named] = &[
    named("Storefront", Habit::Sells, "okhttp/4.12.0", &["198.18.4.11", "198.18.4.12", "198.18.4.13"]),
    named(LOADER, Habit::Loads, "okhttp/4.12.0", &["10.2.3.4", "10.2.3.5"]),
    named("Northwind Ltd", Habit::Trades, "python-requests/2.32.3", &["198.51.100.7"]),
    named("Contoso EU", Habit::Transfers, BROKEN_SDK, &["203.0.113.9", "203.0.113.10"]),
    named("Warehouse Sync", Habit::Stocks, "Go-http-client/1.1", &["10.8.0.21", "10.8.0.22"]),
    named(
        "Mobile Shop",
        Habit::Sells,
        "AcmeShop/7.4.1 (iPhone; iOS 26.1; Scale/3.00)",
        &["198.18.4.31", "198.18.4.32"],
    ),
    named("Fabrikam Retail", Habit::Trades, "okhttp/4.9.3", &["203.0.113.54", "203.0.113.55"]),
    named("Adventure Works", Habit::Trades, "Java/21.0.5", &["192.0.2.77"]),
    named("BI Dashboard", Habit::Reports, "Files.com Go SDK 3.3.234", &["10.2.9.40"]),
    named(EXPIRED, Habit::Loads, "Apache-HttpClient/4.5.14 (Java/1.8.0_412)", &["192.0.2.130"]),
    named("Payroll Sync", Habit::Transfers, "Files.com Ruby SDK v1.1.268", &["10.2.7.15"]),
    named("Tailspin Toys", Habit::Transfers, "curl/8.11.1", &["198.51.100.201", "2001:db8:7a11::19"]),
    named("Wide World Importers", Habit::Stocks, "python-requests/2.31.0", &["198.51.100.88"]),
    named("Invoice Robot", Habit::Automates, "Files.com CLI v2.15.214", &["10.2.7.33"]),
    named("Proseware EDI", Habit::Transfers, "Files.com Java SDK v1.5.92", &["2001:db8:ed1::5", "203.0.113.122"]),
    named("Returns Portal", Habit::Trades, "axios/1.12.2", &["198.18.4.55"]),
    named("Directory Sync", Habit::Provisions, "Okta SCIM Client 1.0.0", &["192.0.2.18"]),
    named(BACKUP, Habit::Transfers, "Files.com CLI v2.15.214", &["10.8.0.5"]),
];

/// First parts of made-up companies.
pub const COMPANY_HEADS: &[&str] = &[
    "Alder",
    "Brightwater",
    "Cobalt",
    "Dunmore",
    "Eastgate",
    "Fennel",
    "Granite",
    "Harrow",
    "Ironbridge",
    "Juniper",
    "Kestrel",
    "Larkspur",
    "Merrow",
    "Nordlys",
    "Orchard",
    "Pinnacle",
    "Quillon",
    "Redfern",
    "Saltmarsh",
    "Thornbury",
    "Umber",
    "Valerian",
    "Westholm",
    "Yarrow",
];

/// Second parts of made-up companies.
pub const COMPANY_TAILS: &[&str] =
    &["Logistics", "Retail", "GmbH", "Foods", "& Sons", "Freight", "Pharma", "Textiles", "BV", "Supply", "KK", "Media"];

/// What service accounts are for.
pub const SERVICES: &[&str] = &[
    "billing",
    "catalog",
    "checkout",
    "crm",
    "edi",
    "export",
    "fraud",
    "hr",
    "images",
    "labels",
    "ledger",
    "mailer",
    "pim",
    "pricing",
    "reports",
    "returns",
    "search",
    "sftp-bridge",
    "stock",
    "tax",
];

/// Where service accounts run.
pub const STAGES: &[&str] = &["prod", "prod-eu", "prod-us", "staging", "batch", "canary"];

/// First names.
pub const FIRST_NAMES: &[&str] = &[
    "adaeze",
    "aiko",
    "alejandro",
    "amelie",
    "anna",
    "arjun",
    "ben",
    "bianca",
    "carlos",
    "chen",
    "chloe",
    "daniel",
    "dario",
    "elif",
    "emma",
    "farid",
    "fatima",
    "grace",
    "hannah",
    "hugo",
    "ines",
    "ivan",
    "jamal",
    "jonas",
    "julia",
    "kaito",
    "katya",
    "lena",
    "liam",
    "lucia",
    "marek",
    "maria",
    "mateo",
    "mei",
    "nadia",
    "noah",
    "olga",
    "oscar",
    "priya",
    "rafael",
    "rosa",
    "samuel",
    "sofia",
    "tariq",
    "tom",
    "valentina",
    "wei",
    "yusuf",
    "zoe",
    "søren",
];

/// Last names.
pub const LAST_NAMES: &[&str] = &[
    "abbas", "andersen", "baker", "bauer", "castillo", "chen", "costa", "dubois", "eriksen", "fischer", "garcia",
    "gruber", "haddad", "hansen", "ibrahim", "ito", "jansen", "jones", "kaya", "kim", "kowalski", "kumar", "laurent",
    "lopez", "mancini", "meyer", "moreau", "mwangi", "nair", "novak", "nguyen", "okafor", "oliveira", "park", "patel",
    "petrov", "quinn", "rossi", "santos", "sato", "schmidt", "silva", "singh", "tanaka", "torres", "usman", "vega",
    "weber", "wilson", "yamada", "zhang",
];

/// Programs of integrations and service accounts.
pub const MACHINE_AGENTS: &[&str] = &[
    "okhttp/4.12.0",
    "okhttp/4.9.3",
    "python-requests/2.32.3",
    "python-requests/2.28.1",
    "Files.com Python SDK v1.6.456",
    "Files.com Go SDK 3.3.234",
    "Files.com CLI v2.15.214",
    "Files.com Java SDK v1.5.92",
    "Files.com JavaScript SDK v1.2.255",
    "curl/8.11.1",
    "Go-http-client/1.1",
    "axios/1.12.2",
    "Apache-HttpClient/5.4.1 (Java/21.0.5)",
    "Faraday v2.12.1",
];

/// Browsers.
pub const BROWSERS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
];

/// SFTP programs, as they name themselves.
pub const SFTP_AGENTS: &[&str] = &[
    "SSH-2.0-OpenSSH_9.9",
    "SSH-2.0-WinSCP_release_6.5.3",
    "SSH-2.0-JSCH_0.2.21",
    "SSH-2.0-paramiko_3.5.0",
    "SSH-2.0-FileZilla_3.68.1",
];

/// Desktop, mobile and mounted programs.
pub const DESKTOP_AGENTS: &[&str] =
    &["Files.com Desktop App v6.0.1187 (Windows 11)", "Files.com Desktop App v6.0.1187 (macOS 26.1)"];
/// The mobile program.
pub const MOBILE_AGENTS: &[&str] =
    &["Files.com Mobile/4.12 (iPhone17,1; iOS 26.1)", "Files.com Mobile/4.12 (Pixel 9; Android 16)"];
/// Mounted folders.
pub const DAV_AGENTS: &[&str] = &["Microsoft-WebDAV-MiniRedir/10.0.26100", "WebDAVFS/3.0.0 (03008000) Darwin/25.1.0"];
/// Documents opened from an office program.
pub const OFFICE_AGENTS: &[&str] = &["Microsoft Office Word/16.0.18526 (Windows/10.0)"];

/// Hosts that requests are sent to: the site's own, the shop's custom domain, the vendor's shared one.
pub const HOSTS: &[&str] = &["acme.files.com", "api.acme.example", "app.files.com"];
