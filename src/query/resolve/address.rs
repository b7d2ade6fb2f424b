//! Addresses: one, a network, and what is near to one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use ipnet::{IpNet, Ipv4Net, Ipv4Subnets, Ipv6Subnets};

use super::Resolver;
use crate::model::field::{FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::filter::{Filter, Test};
use crate::query::matcher::parse_address;
use crate::query::syntax::{Node, NodeKind, Op, Style, Term, Value, Word};

/// An address, or those in a network.
pub(super) fn address_test(resolver: &mut Resolver<'_>, field: &FieldRef, word: &Word) -> Result<Filter, QueryError> {
    let text = word.text.as_str();
    let test = if let Some(address) = parse_address(text.as_bytes()) {
        Test::Address(address)
    } else if let Some(network) = network(text) {
        Test::Network(network)
    } else if word.is_bare() && text.contains('/') {
        let problem = QueryError::new(format!("“{text}” is no network"), word.span.clone());
        return Err(match with_hosts(text).map(|network| network.to_string()).or_else(|| with_zeros(text)) {
            Some(network) => problem.written(network),
            None => problem.with_hint("write 10.0.0.0/8 or 2001:db8::/32"),
        });
    } else if word.is_bare() && text.contains('*') {
        Test::Wildcard(text.into())
    } else if word.is_bare() && text.contains("..") {
        return Err(no_range(field, word, word.span.clone(), text.split_once("..")));
    } else if word.is_bare() && text.contains('.') && text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        let problem = QueryError::new(format!("“{text}” is no address"), word.span.clone());
        let parts: Vec<&str> = text.trim_end_matches('.').split('.').collect();
        let is_begun = parts.len() < 4 && parts.iter().all(|part| part.parse::<u8>().is_ok());
        let begun = format!("{}.*", parts.join("."));
        return Err(if is_begun {
            problem.with_hint(format!("write {field}:{begun}")).with_fix(word.span.clone(), begun)
        } else {
            problem.with_hint(format!("write {field}:10.0.0.1, or {field}:={text} for this very text"))
        });
    } else if let Some(begun) = begun(text).filter(|_| word.is_bare()) {
        return Err(QueryError::new(format!("“{text}” is no address"), word.span.clone()).written(begun));
    } else if let Some(problem) = near_address(field, word) {
        return Err(problem);
    } else {
        if word.is_bare() {
            resolver.note(format!("“{text}” is no address: {field} is compared with this very text"));
        }
        Test::Exact(text.into())
    };
    Ok(Filter::field(field.clone(), test))
}

/// A network: `10.0.0.0/8`, also with its mask, `10.0.0.0/255.0.0.0`.
fn network(text: &str) -> Option<IpNet> {
    if let Ok(network) = text.parse::<IpNet>() {
        return Some(network.trunc());
    }
    let (address, mask) = text.split_once('/')?;
    let network = Ipv4Net::with_netmask(address.parse().ok()?, mask.parse().ok()?).ok()?;
    Some(IpNet::V4(network.trunc()))
}

/// A network with the bits of its hosts in place of its mask, as routers have it: `10.1.0.0/0.0.255.255`.
fn with_hosts(text: &str) -> Option<IpNet> {
    let (address, hosts) = text.split_once('/')?;
    let mask = Ipv4Addr::from_bits(!hosts.parse::<Ipv4Addr>().ok()?.to_bits());
    Some(IpNet::V4(Ipv4Net::with_netmask(address.parse().ok()?, mask).ok()?.trunc()))
}

/// A network without its last numbers: `10/8`, `192.168/16`.
fn with_zeros(text: &str) -> Option<String> {
    let (begin, bits) = text.split_once('/')?;
    let count = begin.split('.').filter(|part| part.parse::<u8>().is_ok()).count();
    let is_begun = count == begin.split('.').count() && count < 4;
    let whole = format!("{begin}{}/{bits}", ".0".repeat(4_usize.checked_sub(count)?));
    (is_begun && whole.parse::<Ipv4Net>().is_ok()).then_some(whole)
}

/// Whether an address or a network stands behind `=`; behind `:=` it is a text.
pub(super) fn is_address_behind_equals(resolver: &Resolver<'_>, word: &Word, span: &Range<usize>) -> bool {
    let before = resolver.text.get(span.start..word.span.start).unwrap_or("");
    !before.contains(":=") && (parse_address(word.text.as_bytes()).is_some() || network(&word.text).is_some())
}

/// The networks that a range of addresses is.
pub(super) fn no_range(
    field: &FieldRef,
    word: &Word,
    place: Range<usize>,
    ends: Option<(impl AsRef<str>, impl AsRef<str>)>,
) -> QueryError {
    /// More are no help.
    const MOST: usize = 16;
    let problem = QueryError::new("addresses have networks, not ranges", place);
    let address = |text: &str| parse_address(text.trim().as_bytes());
    let ends = ends.and_then(|(low, high)| Some((address(low.as_ref())?, address(high.as_ref())?)));
    // Ends that are turned around are those of one range.
    let networks: Vec<IpNet> = match ends.map(|(low, high)| (low.min(high), low.max(high))) {
        Some((IpAddr::V4(low), IpAddr::V4(high))) if low <= high => {
            Ipv4Subnets::new(low, high, 0).take(MOST + 1).map(IpNet::V4).collect()
        }
        Some((IpAddr::V6(low), IpAddr::V6(high))) if low <= high => {
            Ipv6Subnets::new(low, high, 0).take(MOST + 1).map(IpNet::V6).collect()
        }
        _ => Vec::new(),
    };
    if networks.is_empty() || networks.len() > MOST {
        return problem.with_hint(format!("write {field}:10.0.0.0/8"));
    }
    let right = networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    problem.with_hint(format!("write {field}:{right}")).with_fix(word.span.clone(), right)
}

/// `ip >= 10.0.0.0 ip <= 10.255.255.255`: a range in two terms side by side.
pub(super) fn range_of_ends(pair: &[Node]) -> Option<QueryError> {
    let end = |node: &Node| {
        let NodeKind::Term(Term { field: Some(name), values, .. }) = &node.kind else { return None };
        let [Value { op, word }] = values.as_slice() else { return None };
        let field = FieldRef::find(&name.text).filter(|field| field.kind() == Kind::Address)?;
        Some((field, *op, word.text.clone()))
    };
    let [first, second] = pair else { return None };
    let ((field, op, low), (other, behind, high)) = (end(first)?, end(second)?);
    let (low, high) = match (op, behind) {
        (Op::GreaterEq, Op::LessEq) => (low, high),
        (Op::LessEq, Op::GreaterEq) => (high, low),
        _ => return None,
    };
    let place = first.span.start..second.span.end;
    let word = Word { text: String::new(), style: Style::Bare, span: place.clone() };
    let problem = no_range(&field, &word, place, Some((&low, &high)));
    let fix = problem.fix.map(|(place, networks)| (place, format!("{field}:{networks}")));
    (field == other).then_some(QueryError { fix, ..problem })
}

/// The ends of a range of addresses that has both; one that is left out is the address beside it.
pub(super) fn ends_of_range(style: &Style) -> Option<(String, String)> {
    let Style::Range(ends) = style else { return None };
    let [(Some(low), without_low), (Some(high), without_high)] = ends.as_ref() else { return None };
    Some((beside(low, *without_low, 1)?, beside(high, *without_high, -1)?))
}

/// An address, or where it is left out the one so many steps from it.
fn beside(text: &str, is_left_out: bool, step: i8) -> Option<String> {
    if !is_left_out {
        return Some(text.to_owned());
    }
    let step = |bits: u128| bits.checked_add_signed(step.into());
    Some(match parse_address(text.trim().as_bytes())? {
        IpAddr::V4(address) => Ipv4Addr::from_bits(step(address.to_bits().into())?.try_into().ok()?).to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(step(address.to_bits())?).to_string(),
    })
}

/// `10.2.x.x`, `10`: what addresses begin with.
fn begun(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('.').collect();
    let known = parts.iter().take_while(|part| part.parse::<u8>().is_ok()).count();
    let is_any = |part: &&str| matches!(*part, "x" | "X" | "*");
    let is_begun = parts.len() == 4 && (1..4).contains(&known) && parts[known..].iter().all(is_any);
    (is_begun || parts.len() == 1 && known == 1).then(|| format!("{}.*", parts[..known].join(".")))
}

/// Ranges, ports and brackets around an address.
fn near_address(field: &FieldRef, word: &Word) -> Option<QueryError> {
    let text = word.text.as_str();
    let is_address = |text: &str| parse_address(text.as_bytes()).is_some();
    let problem = |message: &str| QueryError::new(message, word.span.clone());
    if let Some(ends) = text.split_once('-').filter(|(low, high)| is_address(low) && is_address(high)) {
        return Some(no_range(field, word, word.span.clone(), Some(ends)));
    }
    // `10.1.2.0-255`
    if let Some((low, last)) = text.split_once('-')
        && let Some((begin, _)) = low.rsplit_once('.').filter(|_| is_address(low) && last.parse::<u8>().is_ok())
    {
        return Some(no_range(field, word, word.span.clone(), Some((low, format!("{begin}.{last}").as_str()))));
    }
    let inner = text.strip_prefix('[').and_then(|text| text.split_once(']')).map(|(inner, _)| inner);
    let without_port = text.rsplit_once(':').map(|(address, _)| address);
    let address = inner.or(without_port).filter(|address| is_address(address))?;
    let right = problem("addresses stand without brackets and ports").with_hint(format!("write {field}:{address}"));
    Some(right.with_fix(word.span.clone(), address))
}
