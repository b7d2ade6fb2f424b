//! The keys that a description names, made ready for finding: what is to be done with the value
//! behind each.

use hashbrown::HashMap;

use crate::model::field::{FIELDS, Field};

use super::description::{Description, Parser, TargetField};
use super::field_source::{FieldSource, Unit};

/// What a value is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// It is a field.
    Field(Field),
    /// It is taken apart.
    Parse(Parser),
}

/// One use of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// What for.
    pub aim: Aim,
    /// The place among those that the field may come from; 0 is best.
    pub rank: u8,
    /// The unit of a span.
    pub unit: Unit,
}

/// What is done with a value that no field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rest {
    /// It becomes an attribute.
    #[default]
    Keep,
    /// It is left out: it says nothing.
    Drop,
    /// It is an object of attributes, which stand for themselves.
    Merge,
    /// It holds the row's own values.
    Unwrap,
}

/// A key: where it is and what becomes of its value.
#[derive(Debug, Clone, Default)]
pub struct Key {
    /// The path, parts joined by dots.
    pub path: String,
    /// What its value is for; tried in this order.
    pub targets: Vec<Target>,
    /// The field that its value is for, where it is for nothing else and no other is better.
    pub best_of: Option<(Field, Unit)>,
    /// What happens to a value that nothing takes.
    pub rest: Rest,
}

#[derive(Debug, Clone, Default)]
struct Node {
    key: Key,
    children: HashMap<Box<[u8]>, usize>,
    /// The children are names of headers.
    has_headers: bool,
}

/// A key that was found.
#[derive(Debug, Clone, Copy)]
pub struct Found<'k> {
    node: usize,
    /// What is known of it.
    pub key: &'k Key,
}

/// Keys by their paths.
#[derive(Debug, Clone)]
pub struct KeyTree {
    nodes: Vec<Node>,
    /// At the top: names without case, `-` and space written as `_`.
    loose: HashMap<Box<[u8]>, usize>,
}

/// Names longer than this are in no description.
const MAX_NAME: usize = 64;

impl KeyTree {
    /// The keys of a description. CSV headings and groups of a pattern are keys of one part.
    pub fn new(description: &Description, is_nested: bool) -> Self {
        let mut tree = Self { nodes: vec![Node::default()], loose: HashMap::new() };
        for headers in &description.json.headers {
            let node = tree.insert(headers, is_nested);
            tree.nodes[node].has_headers = true;
        }
        // Taken apart first: what is not of that form may still be a field as a whole.
        for (path, parser) in &description.parse {
            tree.aim(path, is_nested, Aim::Parse(*parser), 0, Unit::Unknown);
        }
        let mut ranks = [0_u8; Field::COUNT];
        for (TargetField(field), sources) in &description.fields {
            for FieldSource { path, unit } in &sources.get_ref().0 {
                let rank = &mut ranks[*field as usize];
                tree.aim(path, is_nested, Aim::Field(*field), *rank, unit.unwrap_or(Unit::Unknown));
                *rank = rank.saturating_add(1);
            }
        }
        if description.json.any_name {
            tree.aim_by_table(&mut ranks, is_nested);
        }
        for (paths, rest) in [
            (&description.drop, Rest::Drop),
            (&description.json.merge, Rest::Merge),
            (&description.json.unwrap, Rest::Unwrap),
        ] {
            for path in paths {
                let node = tree.insert(path, is_nested);
                tree.nodes[node].key.rest = rest;
            }
        }
        for node in &mut tree.nodes {
            node.key.best_of = match node.key.targets.as_slice() {
                [Target { aim: Aim::Field(field), rank: 0, unit }] => Some((*field, *unit)),
                _ => None,
            };
        }
        for (name, node) in &tree.nodes[0].children {
            let mut buffer = [0; MAX_NAME];
            if let Some(plain) = plain_name(name, &mut buffer) {
                tree.loose.entry(plain.into()).or_insert(*node);
            }
        }
        tree
    }

    /// Every name of the field table leads to its field, our own names first.
    fn aim_by_table(&mut self, ranks: &mut [u8; Field::COUNT], is_nested: bool) {
        for field in TargetField::all() {
            let spec = &FIELDS[field as usize];
            let headings = [spec.files_com, spec.workato].into_iter().flatten().map(loose_name);
            let names = std::iter::once(spec.name.to_owned())
                .chain(spec.aliases.iter().map(|alias| (*alias).to_owned()))
                .chain(headings.filter(|name| Field::find(name) == Some(field)));
            for name in names {
                let rank = &mut ranks[field as usize];
                // The name of our own JSON, and those that end in their unit, say what they are in.
                let unit = match name.as_str() {
                    "duration" | "delay" => Unit::Known(crate::model::envelope::SpanUnit::Millis),
                    _ if name.ends_with("_ms") => Unit::Known(crate::model::envelope::SpanUnit::Millis),
                    _ => Unit::Unknown,
                };
                self.aim(&name, is_nested, Aim::Field(field), *rank, unit);
                *rank = rank.saturating_add(1);
            }
        }
    }

    fn aim(&mut self, path: &str, is_nested: bool, aim: Aim, rank: u8, unit: Unit) {
        let node = self.insert(path, is_nested);
        let targets = &mut self.nodes[node].key.targets;
        if targets.iter().all(|target| target.aim != aim) {
            targets.push(Target { aim, rank, unit });
        }
    }

    fn insert(&mut self, path: &str, is_nested: bool) -> usize {
        let mut at = 0;
        let parts: Vec<&str> = if is_nested { path.split('.').collect() } else { vec![path] };
        for (place, part) in parts.iter().enumerate() {
            let has_headers = self.nodes[at].has_headers;
            let name = if has_headers { part.to_ascii_lowercase() } else { (*part).to_owned() };
            let name = name.into_bytes().into_boxed_slice();
            let new = self.nodes.len();
            let child = *self.nodes[at].children.entry(name).or_insert(new);
            if child == new {
                let key = Key { path: parts[..=place].join("."), ..Key::default() };
                self.nodes.push(Node { key, ..Node::default() });
            }
            at = child;
        }
        at
    }

    /// The top, under which everything is found.
    pub fn root(&self) -> Found<'_> {
        self.found(0)
    }

    fn found(&self, node: usize) -> Found<'_> {
        Found { node, key: &self.nodes[node].key }
    }

    /// The key of a name below another. A name with dots may also be a path.
    #[inline]
    pub fn child(&self, below: Found<'_>, name: &[u8]) -> Option<Found<'_>> {
        let node = &self.nodes[below.node];
        if node.has_headers {
            let mut buffer = [0; MAX_NAME];
            let lower = buffer.get_mut(..name.len())?;
            lower.copy_from_slice(name);
            lower.make_ascii_lowercase();
            return node.children.get(&*lower).map(|child| self.found(*child));
        }
        match node.children.get(name) {
            Some(child) => Some(self.found(*child)),
            None => self.loose_child(below, name),
        }
    }

    fn loose_child(&self, below: Found<'_>, name: &[u8]) -> Option<Found<'_>> {
        if below.node == 0 {
            let mut buffer = [0; MAX_NAME];
            if let Some(child) = plain_name(name, &mut buffer).and_then(|plain| self.loose.get(plain)) {
                return Some(self.found(*child));
            }
        }
        let dot = memchr::memchr(b'.', name)?;
        let node = &self.nodes[below.node];
        let child = node.children.get(&name[..dot])?;
        self.child(self.found(*child), &name[dot + 1..])
    }

    /// The keys that begin a description's keys, for errors and detection.
    pub fn paths_of(&self, field: Field) -> Vec<&str> {
        let mut paths: Vec<(u8, &str)> = self
            .nodes
            .iter()
            .flat_map(|node| node.key.targets.iter().map(move |target| (target, node.key.path.as_str())))
            .filter(|(target, _)| target.aim == Aim::Field(field))
            .map(|(target, path)| (target.rank, path))
            .collect();
        paths.sort_unstable();
        paths.into_iter().map(|(_, path)| path).collect()
    }
}

/// A name without case, `-` and space written as `_`, a leading `@` and a trailing `?` left out.
fn plain_name<'b>(name: &[u8], buffer: &'b mut [u8; MAX_NAME]) -> Option<&'b [u8]> {
    let name = name.trim_ascii();
    let name = name.strip_prefix(b"@").unwrap_or(name);
    let name = name.strip_suffix(b"?").unwrap_or(name);
    let plain = buffer.get_mut(..name.len())?;
    for (to, from) in plain.iter_mut().zip(name) {
        *to = match from {
            b'-' | b' ' => b'_',
            _ => from.to_ascii_lowercase(),
        };
    }
    Some(plain)
}

/// A name without case, `-` and space written as `_`, as headings and keys are compared.
pub fn loose_name(name: &str) -> String {
    name.trim()
        .trim_start_matches('@')
        .trim_end_matches('?')
        .chars()
        .map(|c| if matches!(c, '-' | ' ') { '_' } else { c.to_ascii_lowercase() })
        .collect()
}
