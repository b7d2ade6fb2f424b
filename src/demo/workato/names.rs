//! What the second workspace is put together from.

use super::super::latency::Latency;

/// An API collection.
#[derive(Debug)]
pub struct Collection {
    /// Its name.
    pub name: &'static str,
    /// Whether recipes answer; else it is a proxy in front of another API.
    pub is_recipe: bool,
    /// How much of the traffic it has.
    pub weight: u32,
    /// The paths that it defines, the number of the recipe behind each, and how long they take.
    pub endpoints: &'static [(&'static str, u32, Latency)],
}

const fn ms(median: f64) -> Latency {
    Latency::around(median, 0.55)
}

/// All collections.
pub const COLLECTIONS: &[Collection] = &[
    Collection {
        name: "Customer 360",
        is_recipe: true,
        weight: 22,
        endpoints: &[
            ("/customers/{id}", 1_843_127, ms(420.0)),
            ("/customers/search", 1_843_130, ms(780.0)),
            ("/customers/{id}/tickets", 1_843_202, ms(610.0)),
        ],
    },
    Collection {
        name: ORDER_INTAKE,
        is_recipe: true,
        weight: 20,
        endpoints: &[
            (STOPPED_ENDPOINT, 1_901_554, ms(900.0)),
            ("/orders/{number}/status", 1_901_560, ms(340.0)),
            ("/orders/{number}/cancel", 1_901_571, ms(510.0)),
        ],
    },
    Collection {
        name: "Lead Routing",
        is_recipe: true,
        weight: 12,
        endpoints: &[("/leads", 1_777_012, ms(650.0)), ("/leads/{id}/assign", 1_777_019, ms(480.0))],
    },
    Collection {
        name: "HR Onboarding",
        is_recipe: true,
        weight: 4,
        endpoints: &[("/employees", 1_650_333, ms(1_900.0)), ("/employees/{id}/equipment", 1_650_341, ms(1_200.0))],
    },
    Collection {
        name: "Invoice Approval",
        is_recipe: true,
        weight: 7,
        endpoints: &[("/invoices", 1_720_844, ms(830.0)), ("/invoices/{id}/approve", 1_720_849, ms(560.0))],
    },
    Collection {
        name: "Catalog Proxy",
        is_recipe: false,
        weight: 18,
        endpoints: &[("/v2/products", 0, ms(70.0)), ("/v2/products/{sku}", 0, ms(38.0)), ("/v2/prices", 0, ms(52.0))],
    },
    Collection {
        name: "Payments Proxy",
        is_recipe: false,
        weight: 9,
        endpoints: &[("/charges", 0, ms(480.0)), ("/refunds", 0, ms(390.0))],
    },
    Collection {
        name: "Geo Proxy",
        is_recipe: false,
        weight: 6,
        endpoints: &[("/geocode", 0, ms(95.0)), ("/distance", 0, ms(120.0))],
    },
    Collection {
        name: "Legacy SOAP Bridge",
        is_recipe: false,
        weight: 2,
        endpoints: &[("/soap/StockService", 0, ms(2_200.0))],
    },
];

/// The collection that a past incident hits.
pub const ORDER_INTAKE: &str = "Order Intake";
/// And its endpoint, whose recipe somebody stopped.
pub const STOPPED_ENDPOINT: &str = "/orders";

/// Who calls; the busiest first.
pub const CLIENTS: &[&str] = &[
    "Customer Success Team",
    "Web Shop",
    "Salesforce Bridge",
    "Partner Portal",
    "Mobile App",
    "Marketing Automation",
    "Support Desk",
    "Field Service",
    "Northwind Ltd",
    "Finance Ops",
    "Data Platform",
    "Contoso EU",
    "Warehouse Scanners",
    "People Team",
    "Call Center DE",
    "Call Center US",
    "Chat Assistant",
    "Returns Desk",
    "Procurement",
    "Fabrikam Retail",
    "Loyalty Program",
    "Store Kiosks",
    "Event Check-in",
    "B2B Ordering",
    "Pricing Team",
    "Risk Engine",
    "Legal Intake",
    "Tailspin Toys",
    "Sales Ops APAC",
    "Sales Ops EMEA",
    "Renewals",
    "Training Portal",
    "Quality Lab",
    "Adventure Works",
    "Fleet Tracking",
    "Document Archive",
    "Internal Audit",
    "Integration Tests",
    "Sandbox",
    "Proseware EDI",
];

/// A way to fail: code, gateway code, details, weight among failures.
#[derive(Debug, Clone, Copy)]
pub struct Failure {
    /// The HTTP status.
    pub code: u16,
    /// The gateway's code. Which message belongs to which code is not stated by the vendor; the
    /// pairs here are this demo's own.
    pub gateway_code: &'static str,
    /// The gateway's message.
    pub details: &'static str,
    /// Whether a job ran.
    pub has_job: bool,
}

const fn failure(code: u16, gateway_code: &'static str, details: &'static str, has_job: bool) -> Failure {
    Failure { code, gateway_code, details, has_job }
}

/// No token was sent: nobody knows who called.
pub const MISSING_TOKEN: Failure = failure(401, "4012", "Missing token", false);
/// The recipe behind the endpoint is stopped.
pub const INACTIVE: Failure = failure(404, "", "Recipe is inactive", false);

/// How recipe collections fail, by weight.
pub const RECIPE_FAILURES: &[(Failure, u32)] = &[
    (failure(401, "4011", "Unrecognized token", false), 26),
    (MISSING_TOKEN, 12),
    (INACTIVE, 6),
    (failure(404, "", "", false), 10),
    (failure(422, "", "Job failed: a required field is empty", true), 34),
    (failure(422, "", "Job failed: the connected app refused the record", true), 18),
    (failure(429, "", "Rate limit exceeded", false), 14),
    (failure(500, "", "", true), 6),
    (failure(504, "", "Request timed out", true), 4),
];

/// How proxy collections fail, by weight.
pub const PROXY_FAILURES: &[(Failure, u32)] = &[
    (failure(401, "4011", "Unrecognized token", false), 26),
    (MISSING_TOKEN, 12),
    (failure(404, "", "", false), 22),
    (failure(429, "", "Rate limit exceeded", false), 18),
    (failure(502, "", "Upstream connection failed", false), 10),
    (failure(503, "", "", false), 6),
    (failure(504, "", "Request timed out", false), 6),
];
