//! The made-up platform's endpoints: a file store with a shop's API on top of it.

use super::failures::{
    ADMINISTERS, BROWSES, EXPORTS, FailureMix, LINKS, LISTS, ORDERS, PAYMENTS, READS_FILES, READS_RECORDS, SIGNS_IN,
    STEADY, WRITES_FILES, WRITES_RECORDS,
};
use super::latency::Latency;

/// One endpoint.
#[derive(Debug)]
pub struct Endpoint {
    /// Its name in the log, `api_name`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path with its query, a template of [`super::words`].
    pub path: &'static str,
    /// The status when all goes well.
    pub status: u16,
    /// How long it takes then.
    pub latency: Latency,
    /// How it usually fails.
    pub failures: FailureMix,
}

macro_rules! endpoints {
    ($($name:literal $method:ident $path:literal $status:literal
        $median:literal ~ $deviation:literal $([$share:literal at $cached:literal])?, $failures:ident;)*) => {
        /// All endpoints. Durations are in milliseconds: median and deviation, and for some the
        /// share that comes from a cache, with its own median.
        pub const ENDPOINTS: &[Endpoint] = &[$(Endpoint {
            name: $name,
            method: stringify!($method),
            path: $path,
            status: $status,
            latency: Latency::around($median, $deviation)$(.or_cached($share, $cached))?,
            failures: $failures,
        },)*];
    };
}

endpoints! {
    "files.upload" PUT "/files/{file}" 201 320.0 ~ 0.7, WRITES_FILES;
    "files.download" GET "/files/{file}" 200 95.0 ~ 0.8 [0.6 at 12.0], READS_FILES;
    "files.find" GET "/file_actions/metadata/{file}" 200 18.0 ~ 0.4, READS_FILES;
    "files.delete" DELETE "/files/{file}" 204 45.0 ~ 0.5, WRITES_FILES;
    "files.move" POST "/file_actions/move/{file}" 200 110.0 ~ 0.6, WRITES_FILES;
    "files.copy" POST "/file_actions/copy/{file}" 200 240.0 ~ 0.7, WRITES_FILES;
    "folders.list" GET "/folders/{folder}?per_page={size}" 200 42.0 ~ 0.6 [0.55 at 8.0], READS_FILES;
    "folders.create" POST "/folders/{folder}" 201 40.0 ~ 0.5, WRITES_FILES;
    "orders.create" POST "/orders" 201 180.0 ~ 0.45, ORDERS;
    "orders.get" GET "/orders/{order}" 200 24.0 ~ 0.5 [0.5 at 6.0], READS_RECORDS;
    "orders.list" GET "/orders?status={state}&per_page={size}" 200 85.0 ~ 0.6, LISTS;
    "orders.update" PATCH "/orders/{order}" 200 95.0 ~ 0.5, ORDERS;
    "orders.cancel" POST "/orders/{order}/cancel" 200 120.0 ~ 0.5, ORDERS;
    "orders.export" GET "/orders/export?day={day}&format={format}" 200 900.0 ~ 0.7, EXPORTS;
    "carts.create" POST "/carts" 201 38.0 ~ 0.45, WRITES_RECORDS;
    "carts.update" PATCH "/carts/{cart}" 200 33.0 ~ 0.5, WRITES_RECORDS;
    "customers.list" GET "/customers?updated_since={day}&per_page={size}" 200 70.0 ~ 0.6, LISTS;
    "customers.get" GET "/customers/{customer}" 200 20.0 ~ 0.5 [0.4 at 5.0], READS_RECORDS;
    "customers.create" POST "/customers" 201 75.0 ~ 0.5, WRITES_RECORDS;
    "customers.update" PATCH "/customers/{customer}" 200 66.0 ~ 0.5, WRITES_RECORDS;
    "products.list" GET "/products?category={category}&per_page={size}" 200 48.0 ~ 0.5 [0.7 at 7.0], LISTS;
    "products.get" GET "/products/{sku}" 200 16.0 ~ 0.5 [0.75 at 4.0], READS_RECORDS;
    "products.search" GET "/products/search?q={term}" 200 140.0 ~ 0.7, LISTS;
    "inventory.get" GET "/inventory/{sku}?warehouse={warehouse}" 200 14.0 ~ 0.5, READS_RECORDS;
    "inventory.update" PUT "/inventory/{sku}" 200 52.0 ~ 0.5, WRITES_RECORDS;
    "shipments.create" POST "/shipments" 201 260.0 ~ 0.6, WRITES_RECORDS;
    "shipments.track" GET "/shipments/{shipment}/events" 200 150.0 ~ 0.8 [0.3 at 9.0], READS_RECORDS;
    "invoices.list" GET "/invoices?month={month}&per_page={size}" 200 90.0 ~ 0.6, LISTS;
    "invoices.get" GET "/invoices/{invoice}.pdf" 200 210.0 ~ 0.6, READS_RECORDS;
    "invoices.export" GET "/invoices/export?month={month}&format={format}" 200 1900.0 ~ 0.6, EXPORTS;
    "payments.create" POST "/orders/{order}/payments" 201 620.0 ~ 0.5, PAYMENTS;
    "returns.create" POST "/orders/{order}/returns" 201 130.0 ~ 0.5, ORDERS;
    "users.list" GET "/users?per_page={size}" 200 60.0 ~ 0.5, ADMINISTERS;
    "users.get" GET "/users/{number}" 200 17.0 ~ 0.4, ADMINISTERS;
    "users.create" POST "/users" 201 105.0 ~ 0.5, ADMINISTERS;
    "users.update" PATCH "/users/{number}" 200 88.0 ~ 0.5, ADMINISTERS;
    "groups.list" GET "/groups" 200 31.0 ~ 0.5, ADMINISTERS;
    "permissions.list" GET "/permissions?path=/{folder}" 200 44.0 ~ 0.5, ADMINISTERS;
    "api_keys.list" GET "/api_keys" 200 28.0 ~ 0.4, ADMINISTERS;
    "sessions.create" POST "/sessions" 201 190.0 ~ 0.3, SIGNS_IN;
    "sessions.delete" DELETE "/sessions" 204 15.0 ~ 0.4, BROWSES;
    "notifications.list" GET "/notifications?unread=true" 200 19.0 ~ 0.5, BROWSES;
    "bundles.create" POST "/bundles" 201 85.0 ~ 0.5, WRITES_FILES;
    "bundles.download" GET "/bundles/{link}/download" 200 130.0 ~ 0.9, LINKS;
    "history.list" GET "/history?path=/{folder}&start_at={day}" 200 330.0 ~ 0.8, LISTS;
    "automations.run" POST "/automations/{automation}/run" 202 160.0 ~ 0.6, WRITES_RECORDS;
    "reports.usage" GET "/reports/usage?month={month}" 200 2400.0 ~ 0.5, EXPORTS;
    "status.get" GET "/status" 200 4.0 ~ 0.3, STEADY;
}

/// The number of an endpoint by its name.
pub fn endpoint_number(name: &str) -> Option<u8> {
    ENDPOINTS.iter().position(|endpoint| endpoint.name == name).and_then(|place| u8::try_from(place).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_failures_are_a_few_in_a_hundred() {
        for endpoint in ENDPOINTS {
            let parts: u32 = endpoint.failures.iter().map(|(_, weight)| weight).sum();
            assert!((5..=1_000).contains(&parts), "{}", endpoint.name);
        }
    }
}
