//! Nothing has a value: what is named instead.

use super::*;

#[test]
fn a_whole_value_is_looked_for_in_lists() {
    let field = FieldRef::Attribute("tags".into());
    let values = vec![(b"[\"a\",\"b\"]".to_vec(), 1)];
    let unknown = Unknown { step: 0, field: field.clone(), values, nearness: Nearness::Far };
    let exact = Filter::field(field.clone(), Test::Exact(b"a".to_vec()));
    assert_eq!(unknown.in_lists(&exact).as_deref(), Some("attributes.tags:a"));
    assert_eq!(unknown.in_lists(&Filter::field(field, Test::Words("a".into()))), None);
    assert_eq!(Unknown { values: vec![(b"c".to_vec(), 1)], ..unknown }.in_lists(&exact), None);
}

#[test]
fn an_object_is_named_by_what_it_holds() {
    let names = vec![("geography".to_owned(), 2), ("geo.country".to_owned(), 5), ("geo.city".to_owned(), 0)];
    let names = Attributes { names, has_more: false };
    let near = unnamed("geo", &names).map(|unnamed| unnamed.near);
    assert_eq!(near, Some(vec![("geo.country".to_owned(), 5)]));
    assert_eq!(unnamed("geo.country", &names), None);
}
