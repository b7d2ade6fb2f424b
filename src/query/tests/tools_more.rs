//! More queries as they are pasted from other tools and typed by those who come from them.

use crate::query::testing::{means, print, read, refusal, whole};

#[test]
fn letters_with_accents_are_the_same_as_one_sign_and_as_two() {
    use crate::query::filter::Test;
    use crate::query::fold::fold;
    let (one, two) = ("client:Krüger", "client:Kru\u{308}ger");
    assert_ne!(print(one), print(two), "each stays as it was typed");
    assert_eq!(fold("Krüger".as_bytes()), fold("KRU\u{308}GER".as_bytes()));
    let doubts = read("client=Krüger").expect("a name").doubts;
    let meant = format!("{:?}", doubts[0].meant);
    assert!(meant.contains(&format!("{:?}", Test::Regex("(?i)^(Krüger|Kru\u{308}ger)$".into()))), "{meant}");
}

#[test]
fn github_knows_more_names() {
    means(&[
        ("actor:priya.nair action:invoices.show", "client:priya.nair endpoint:invoices.show"),
        ("-actor:dave action:customers.create", "-client:dave endpoint:customers.create"),
        ("actor_ip:203.0.113.7", "ip:203.0.113.7"),
        ("actor_id:2012", "user_id:2012"),
        ("commenter:dave", "client:dave"),
        ("created:>@today-12h", "time>2026-11-22T12:00:00"),
        ("created:<=@today-36h status:500", "time<=2026-11-21T12:00:00 status:500"),
        ("created:@today-1h..@today", "time:2026-11-22T23:00:00..today"),
        ("created:>@today-2d", "time>2026-11-21"),
    ]);
    refusal("created:@today-12h");
    assert_eq!(
        read("size:>1000").expect_err("no field").to_string(),
        "there is no field “size”; write attributes.size for what a source sent; bytes are counted in an attribute: \
         attributes.bytes>1000"
    );
}

#[test]
fn letters_of_several_zones_are_answered_with_their_cities() {
    for (text, zones) in [
        ("time>=\"2026-11-25 10:00 IST\"", "“IST” is the clock of several places; write Asia/Kolkata, Europe/Dublin"),
        ("time>=\"2026-11-25 10:00 CST\"", "“CST” is the clock of several places; write America/Chicago, or Asia/Sha"),
        ("time>=\"2026-11-25 10:00 BST\"", "“BST” is the clock of several places; write Europe/London, or Asia/Dhaka"),
        ("time>=2026-11-25T10:00IST", "“IST” is the clock of several places"),
        ("time:\"2026-11-25 10:00 IST..2026-11-25 12:00 IST\"", "“IST” is the clock of several places"),
    ] {
        assert!(refusal(text).starts_with(zones), "{text}: {}", refusal(text));
    }
    for text in ["time:2026-11-25T10:00 IST..2026-11-25T12:00 IST", "time>=2026-11-25T10:00 IST status:500"] {
        assert!(refusal(text).contains("stands in double quotes"), "{text}: {}", refusal(text));
    }
}

#[test]
fn times_of_several_words() {
    means(&[
        ("time:2026-11-25 17:00 CET..2026-11-25 18:00 CET", "time:2026-11-25T16:00..2026-11-25T17:00"),
        ("time>=2026-11-25T10:00 PST status:500", "time>=2026-11-25T18:00 status:500"),
        ("time:nov 20..nov 22", "time:2026-11-20..2026-11-22"),
        ("time:Nov 20..Nov 22 status:500", "time:2026-11-20..2026-11-22 status:500"),
        ("time:2026-11-20T16:00Z..+2h", "time:2026-11-20T16:00..2026-11-20T18:00"),
        ("time:5pm yesterday", "time:\"5pm yesterday\""),
    ]);
    means(&[("time:yesterday 18:00..22:00", "time:2026-11-22T18:00..2026-11-22T22:00")]);
}

#[test]
fn texts_in_a_group() {
    means(&[
        ("error_message:(Label not found: A4)", "error_message:\"Label not found: A4\""),
        ("-error_message:(Label not found: A4) status:404", "-error_message:\"Label not found: A4\" status:404"),
    ]);
    refusal("error_message:(not found: A4)");
    assert_eq!(
        whole("error_message:(Label not found: A4 or File)"),
        "error_message:(\"Label not found: A4\" or File)",
        "what is behind OR is another one"
    );
}

#[test]
fn parameters_without_a_field() {
    assert_eq!(whole("filter[usr_id]=2012"), "user_id=2012");
    let said = refusal("filter[foo]=1");
    assert!(said.starts_with("there is no field “foo”; Files.com filters by user_id, request_id"), "{said}");
    assert!(refusal("filter_gteq[when]=2026-11-20").contains("there is no field “when”"));
}

#[test]
fn what_comes_before_a_release_has_no_order() {
    assert_eq!(
        refusal("attributes.version>1.9.0-rc1"),
        "what comes before a release has no order here; write attributes.version>=1.9.0 for the release and what is on \
         its side"
    );
    assert!(refusal("attributes.version<v2.0.0-beta.2").contains("write attributes.version<2.0.0"));
}

#[test]
fn operators_of_other_places() {
    means(&[
        ("path^=/files status:404", "path:/files* status:404"),
        ("path$=.csv", "path:*.csv"),
        ("path*=\"Q3 2026\"", "path:*\"Q3 2026\"*"),
        ("-client^=svc-", "-client:svc-*"),
        ("status is failed and client is Order Desk", "status:failed client:\"Order Desk\""),
        ("client is Partner API 2 and status:500", "client:\"Partner API 2\" status:500"),
        ("client is not Order Desk", "-client:\"Order Desk\""),
        ("'vip' IN labels", "attributes.labels:=vip"),
        ("status = 500 and 'vip' in attributes.labels", "status:500 attributes.labels:=vip"),
        ("http.request.uri contains \"invoices\"", "path:*invoices*"),
        ("http.response.code == 404 && ip.src == 10.1.0.0/16", "status:404 ip:10.1.0.0/16"),
        ("resp.code:5* AND req.method:GET", "status:5xx method:GET"),
        ("~u :8443/ & ~c 404", "host:*:8443 status:404"),
        ("~u :8443/v2", "host:*:8443 path:/v2*"),
        ("contains(client,'dave') eq true and status eq 500", "client:dave status:500"),
        ("startswith(path,'/files') eq false", "-path:/files*"),
        ("filter strcontains(path, \"Reports\")", "path:*Reports*"),
        ("attributes.region:eu\\-west\\-?", "attributes.region~\"(?i)^eu-west-.$\""),
        ("client:not\\-a\\-robo? status:500", "client~\"(?i)^not-a-robo.$\" status:500"),
    ]);
    assert!(read("client is here to stay").is_ok(), "prose is searched");
}

#[test]
fn values_with_a_bar_behind_an_equals_sign_may_be_several() {
    let doubts = read("client=dave|eve").expect("one value").doubts;
    let wholes: Vec<_> = doubts.iter().filter_map(|doubt| doubt.error.whole.as_deref()).collect();
    assert!(wholes.contains(&"client=dave,eve"), "{wholes:?}");
}

#[test]
fn a_group_that_joins_its_values_may_ask_for_whole_ones() {
    for (text, right) in [
        ("attributes.labels:(vip and not beta)", "attributes.labels:=(vip and not beta)"),
        ("attributes.labels: (vip AND beta) status:500", "attributes.labels:= (vip AND beta) status:500"),
        ("client:(+dave -lee)", "client:=(+dave -lee)"),
    ] {
        let doubts = read(text).expect(text).doubts;
        let wholes: Vec<_> = doubts.iter().filter_map(|doubt| doubt.error.whole.as_deref()).collect();
        assert_eq!(wholes, [right], "{text}");
        let meant = read(right).expect(right).filter;
        assert!(meant.to_string().contains(":="), "{meant}");
    }
    assert!(read("error_message:(timed and out)").expect("texts").doubts.is_empty());
}
