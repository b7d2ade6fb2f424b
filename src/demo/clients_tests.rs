//! Tests of the made-up clients.

use super::*;
use std::collections::HashSet;

#[test]
fn they_are_many_and_each_their_own() {
    let clients = Clients::new(1);
    assert!((590..=620).contains(&clients.len()), "{}", clients.len());
    let names: HashSet<_> = clients.all.iter().map(|client| &client.username).collect();
    let users: HashSet<_> = clients.all.iter().map(|client| client.user_id).collect();
    let keys: HashSet<_> = clients.all.iter().map(|client| client.key_id).collect();
    assert_eq!([names.len(), users.len(), keys.len()], [clients.len(); 3]);
    for client in &clients.all {
        assert!(!client.addresses.is_empty() && !client.channels.is_empty());
        assert!(client.addresses.iter().all(|ip| ip.parse::<std::net::IpAddr>().is_ok()), "{client:?}");
    }
    let interfaces: HashSet<_> = clients.all.iter().flat_map(|c| &c.channels).map(|c| c.interface).collect();
    assert!(interfaces.len() >= 9, "{interfaces:?}");
    assert!(clients.all.iter().filter(|client| client.has_broken_sdk()).count() >= 5);
    assert!(clients.all.iter().any(|client| client.from_parent_site));
}

#[test]
fn use_is_skewed() {
    let clients = Clients::new(1);
    let mut counts = vec![0_u32; clients.len()];
    let mut draw = Draw::new(5);
    for _ in 0..100_000 {
        counts[usize::from(clients.machine(&mut draw))] += 1;
    }
    let loader = counts[usize::from(clients.number("ETL Partner").unwrap())];
    assert!((8_000..20_000).contains(&loader), "{loader}");
    assert_eq!(counts[usize::from(clients.number(MONITOR).unwrap())], 0);
    assert!(counts.iter().filter(|count| **count > 0).count() > 150, "the tail is long");
}

#[test]
fn the_seed_decides() {
    let names = |seed| Clients::new(seed).all.iter().map(|c| c.username.clone()).collect::<Vec<_>>();
    assert_eq!(names(4), names(4));
    assert_ne!(names(4), names(5));
}
