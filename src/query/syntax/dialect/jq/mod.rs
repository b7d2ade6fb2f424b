//! jq's filters: which requests they keep, as terms. They are read as a whole, for a pipe binds weakest in them:
//! `.status == 500 and .interface | not` leaves both out.

pub(super) mod frames;
pub(super) mod lists;
pub(super) mod read;

use crate::model::field::{Field, FieldRef, Kind};
use crate::query::error::QueryError;
use crate::query::syntax::dialect::pipelines::stages::ONLY_WHICH;
use crate::query::syntax::reader::Reader;

use super::condition::Condition;
use super::functions::applied;
use super::literal::Literal;
use super::operand::{self, Change, Operand};
use super::sign::Sign;
use frames::{argument_of_jq, in_a_frame, is_map_of_select};
use lists::of_members;
use read::{Expr, read, read_call};

/// What helps where a filter is none that can be asked for.
const HINT: &str = "write the conditions side by side, each with its field: status:500 -client:acme path~\"^/orders\"";

/// Functions that make something of all requests that are kept.
const COUNTED: &[&str] = &[
    "length",
    "add",
    "group_by",
    "sort_by",
    "unique",
    "unique_by",
    "sort",
    "limit",
    "first",
    "last",
    "min_by",
    "max_by",
];

/// Functions behind which what is kept is only shown in another way.
const SHOWN: &[&str] = &["tojson", "tostring", "join", "keys", "del", "to_entries", "values"];

/// A query that is a filter of jq's from its beginning on.
pub(in crate::query::syntax) fn whole(text: &str) -> Option<QueryError> {
    if let Some(found) = in_a_frame(text) {
        return Some(found);
    }
    let start = text.len() - text.trim_start().len();
    let filter = argument_of_jq(text.trim());
    let has_select = ["select(", "map("].iter().any(|call| filter.contains(call));
    let is_begun = filter.starts_with(['.', '[', '(']) || filter.starts_with("has(\"");
    if !(["select(", "map("].iter().any(|call| filter.starts_with(call))
        || is_begun
        || filter.len() < text.trim().len())
    {
        return None;
    }
    if filter.starts_with('[') && !has_select || filter.starts_with('(') && !filter.contains("(.") {
        return None;
    }
    let problem = QueryError::new("this is a filter of jq's", start..text.trim_end().len());
    let Some(expr) = read(filter) else {
        let is_sure = filter.starts_with("select(") || filter.starts_with("map(") || filter.starts_with(".[]");
        return is_sure.then(|| problem.with_hint(HINT));
    };
    if !has_select && !is_filter(&expr) {
        return None;
    }
    Some(match kept(&expr) {
        Some(condition) => problem.written(condition.whole()),
        None if is_counted(&expr) => problem.with_hint(ONLY_WHICH),
        None => problem.with_hint(HINT),
    })
}

impl Reader<'_> {
    /// `select(…)` among terms of ours: what it is here, and how much of the text.
    pub(super) fn jq_call(&self) -> Option<(QueryError, usize)> {
        let rest = self.rest();
        if !rest.starts_with("select(") && !rest.starts_with("map(") && !rest.starts_with("has(\"") {
            return None;
        }
        let Some((expr, len)) = read_call(rest) else {
            let problem = QueryError::new("this is a filter of jq's", self.at..self.end);
            return Some((problem.with_hint(HINT), rest.len()));
        };
        let problem = QueryError::new("this is a filter of jq's", self.at..self.at + len);
        Some((
            match kept(&expr) {
                Some(condition) => problem.written(condition.term()),
                None => problem.with_hint(HINT),
            },
            len,
        ))
    }
}

/// Whether a filter without `select` surely is one: `.env` is a word that is looked for.
fn is_filter(expr: &Expr) -> bool {
    match expr {
        Expr::Key(..) => field_of(expr).is_some_and(|field| matches!(field.kind(), Kind::Outcome | Kind::Boolean)),
        Expr::Two("|", left, right) => {
            is_filter(left) || is_filter(right) && !matches!(**right, Expr::Key(..)) || is_each(left)
        }
        Expr::Two("==" | "!=" | "<" | ">" | "<=" | ">=" | "=" | "//", ..) | Expr::Call(..) => true,
        Expr::Two(_, left, right) => is_filter(left) || is_filter(right),
        Expr::Slice(inner, ..) => is_each(inner),
        Expr::List(Some(inner)) => is_filter(inner),
        _ => false,
    }
}

fn is_counted(expr: &Expr) -> bool {
    match expr {
        Expr::Two("|", left, right) => is_counted(left) || is_counted(right),
        Expr::Call(name, _) => COUNTED.contains(&name.as_str()),
        Expr::Slice(..) => true,
        _ => false,
    }
}

/// `.`, `.[]`: all requests.
fn is_each(expr: &Expr) -> bool {
    match expr {
        Expr::Dot => true,
        Expr::Each(inner) => is_each(inner),
        _ => false,
    }
}

/// Which requests a filter keeps.
fn kept(expr: &Expr) -> Option<Condition> {
    let mut stages = Vec::new();
    flatten(expr, &mut stages);
    let mut found: Option<Condition> = None;
    let mut is_shown = false;
    for (place, stage) in stages.iter().enumerate() {
        let keeps = match stage {
            _ if is_each(stage) && !is_shown => continue,
            // `.requests[] | select(…)`: the rows of a file that is one object.
            Expr::Each(rows)
                if place == 0 && matches!(**rows, Expr::Key(..)) && stages[1..].iter().any(|s| has_select(s)) =>
            {
                continue;
            }
            // `.requests | map(select(…))`
            Expr::Key(..) if place == 0 && is_map_of_select(stages.get(1)) => continue,
            Expr::Call(name, arguments) if name == "select" && !is_shown => match arguments.as_slice() {
                [condition] => operand::truth(&value(condition, None)?)?,
                _ => return None,
            },
            Expr::Call(name, arguments) if name == "map" && !is_shown => match arguments.as_slice() {
                [inner] if has_select(inner) => kept(inner)?,
                _ => return None,
            },
            Expr::List(Some(inner)) if !is_shown && has_select(inner) => kept(inner)?,
            // Without a selection, all that is left is a condition.
            _ if found.is_none() => {
                let mut input = None;
                for stage in &stages[place..] {
                    input = Some(value(stage, input.as_ref())?);
                }
                return operand::truth(&input?);
            }
            // The last stage only counts what is kept, or takes some of it.
            Expr::Call(name, _) if place + 1 == stages.len() && COUNTED.contains(&name.as_str()) => continue,
            _ if is_projection(stage) => {
                is_shown = true;
                continue;
            }
            _ => return None,
        };
        found = Some(match found {
            Some(known) => known.and(keeps),
            None => keeps,
        });
    }
    found
}

fn flatten<'e>(expr: &'e Expr, stages: &mut Vec<&'e Expr>) {
    match expr {
        Expr::Two("|", left, right) => {
            flatten(left, stages);
            flatten(right, stages);
        }
        other => stages.push(other),
    }
}

fn has_select(expr: &Expr) -> bool {
    let mut stages = Vec::new();
    flatten(expr, &mut stages);
    stages.iter().any(|stage| matches!(stage, Expr::Call(name, _) if name == "select"))
}

/// Whether a stage only shows what is kept.
fn is_projection(expr: &Expr) -> bool {
    match expr {
        Expr::Shown | Expr::Dot | Expr::Text(_) => true,
        Expr::Key(inner, _) | Expr::Each(inner) => is_projection(inner),
        Expr::List(inner) => inner.as_deref().is_none_or(is_projection),
        Expr::Two("," | "|" | "+" | "//", left, right) => is_projection(left) && is_projection(right),
        Expr::Call(name, _) => SHOWN.contains(&name.as_str()),
        _ => false,
    }
}

/// The field that a path leads to.
fn field_of(expr: &Expr) -> Option<FieldRef> {
    let mut names = Vec::new();
    let mut rest = expr;
    while let Expr::Key(inner, name) = rest {
        names.push(name.as_str());
        rest = inner;
    }
    names.reverse();
    (matches!(rest, Expr::Dot) && !names.is_empty()).then(|| named(&names))
}

fn named(names: &[&str]) -> FieldRef {
    let below = match names {
        ["attributes", below @ ..] if !below.is_empty() => below,
        // Caddy's.
        ["request", "method"] => return Field::Method.into(),
        ["request", "uri"] => return Field::Path.into(),
        ["request", "host"] => return Field::Host.into(),
        ["request", "remote_ip" | "client_ip"] => return Field::Ip.into(),
        _ => return FieldRef::find(&names.join(".")).unwrap_or_else(|| FieldRef::Attribute(names.join("."))),
    };
    FieldRef::Attribute(below.join("."))
}

/// What a filter makes of a value; of the request, where there is none.
fn value(expr: &Expr, input: Option<&Operand>) -> Option<Operand> {
    match expr {
        Expr::Dot => input.cloned(),
        Expr::Key(..) => match (input, field_of(expr)?) {
            (None, field) => Some(Operand::Field(field, Change::None)),
            (Some(Operand::Field(FieldRef::Attribute(path), Change::None)), _) => {
                let mut names = vec![path.clone()];
                names.extend(keys(expr));
                Some(Operand::Field(FieldRef::Attribute(names.join(".")), Change::None))
            }
            _ => None,
        },
        Expr::Text(text) => Some(Operand::Literal(Literal { text: text.clone(), is_quoted: true })),
        Expr::Plain(text) => Some(Operand::Literal(Literal { text: text.clone(), is_quoted: false })),
        Expr::Slice(inner, None | Some(0), Some(len)) => match value(inner, input)? {
            Operand::Field(field, Change::None) => Some(Operand::Field(field, Change::First(*len))),
            _ => None,
        },
        Expr::Two(sign, left, right) => two(sign, left, right, input),
        Expr::Call(name, arguments) => called(name, arguments, input),
        // A test on a list here is one on each of its members.
        Expr::Each(list) => {
            value(list, input).filter(|list| matches!(list, Operand::Field(FieldRef::Attribute(_), Change::None)))
        }
        Expr::Slice(..) | Expr::List(_) | Expr::Shown => None,
    }
}

/// Whether a condition is one on each member of a list.
fn has_each(expr: &Expr) -> bool {
    match expr {
        Expr::Each(_) => true,
        Expr::Two(_, left, right) => has_each(left) || has_each(right),
        _ => false,
    }
}

fn keys(expr: &Expr) -> Vec<String> {
    match expr {
        Expr::Key(inner, name) => {
            let mut names = keys(inner);
            names.push(name.clone());
            names
        }
        _ => Vec::new(),
    }
}

fn two(sign: &str, left: &Expr, right: &Expr, input: Option<&Operand>) -> Option<Operand> {
    // What is not so of one member may be so of another.
    let is_of_each = matches!(left, Expr::Each(_)) || matches!(right, Expr::Each(_));
    let is_negated = sign == "|" && matches!(right, Expr::Call(name, _) if name == "not");
    if is_of_each && !matches!(sign, "==" | "|") || is_negated && has_each(left) {
        return None;
    }
    match sign {
        "|" => value(right, Some(&value(left, input)?)),
        "and" | "AND" | "&&" | "or" | "OR" | "||" => {
            let both = (operand::truth(&value(left, input)?)?, operand::truth(&value(right, input)?)?);
            let is_all = matches!(sign, "and" | "AND" | "&&");
            Some(Operand::Condition(if is_all { both.0.and(both.1) } else { both.0.or(both.1) }))
        }
        "//" => match (value(left, input)?, value(right, input)?) {
            (Operand::Field(field, Change::None), Operand::Literal(default)) => {
                Some(Operand::Field(field, Change::Default(default)))
            }
            (Operand::Condition(condition), Operand::Literal(default)) if default.text == "false" => {
                Some(Operand::Condition(condition))
            }
            _ => None,
        },
        "/" => match (value(left, input)?, value(right, input)?) {
            (Operand::Field(field, Change::None), Operand::Literal(by)) => {
                let by = by.text.parse::<f64>().ok().filter(|by| *by > 0.0)?;
                Some(Operand::Field(field, Change::Quotient(by, false)))
            }
            _ => None,
        },
        // One of several is enough, where a filter yields them all.
        "==" if matches!(right, Expr::Two(",", ..)) => {
            let field = value(left, input)?;
            let mut each = listed(right)?.into_iter().map(|one| compared(field.clone(), Sign::Is, one));
            let first = each.next()??;
            each.try_fold(first, |any, one| Some(any.or(one?))).map(Operand::Condition)
        }
        _ => {
            let sign = Sign::of_word(sign)?;
            compared(value(left, input)?, sign, value(right, input)?).map(Operand::Condition)
        }
    }
}

/// Two values against each other, of which one is a field.
pub(super) fn compared(left: Operand, sign: Sign, right: Operand) -> Option<Condition> {
    match (left, right) {
        (Operand::Field(field, change), Operand::Literal(value)) => operand::compare(&field, &change, sign, &value),
        (Operand::Literal(value), Operand::Field(field, change)) => {
            operand::compare(&field, &change, sign.turned(), &value)
        }
        (Operand::Condition(condition), Operand::Literal(value))
        | (Operand::Literal(value), Operand::Condition(condition)) => {
            let is_true = match value.text.to_ascii_lowercase().as_str() {
                "true" | "1" => true,
                // Where something stands is nothing, where it stands nowhere.
                "false" | "0" | "null" => false,
                _ => return None,
            };
            match sign {
                Sign::Is => Some(condition.not_if(!is_true)),
                Sign::IsNot => Some(condition.not_if(is_true)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn called(name: &str, arguments: &[Expr], input: Option<&Operand>) -> Option<Operand> {
    if name == "has" && input.is_none() {
        let [Expr::Text(name)] = arguments else { return None };
        return Some(Operand::Condition(operand::presence(&named(&[name.as_str()]), true)));
    }
    if let Some(found) = of_members(name, arguments, input) {
        return found;
    }
    let input = input?;
    if name == "not" && arguments.is_empty() {
        return Some(Operand::Condition(operand::truth(input)?.not()));
    }
    // What a list holds is another matter.
    let is_list = matches!(name, "IN" | "contains" | "index") && matches!(arguments, [Expr::List(_)]);
    // A number among the attributes may be a text there, and a list too.
    let is_known = !matches!(input, Operand::Field(FieldRef::Attribute(_), _)) || !matches!(name, "contains" | "index");
    if is_list || !is_known && matches!(name, "index") {
        return None;
    }
    let mut values = vec![input.clone()];
    for argument in arguments {
        match argument {
            Expr::Two(",", ..) => values.extend(listed(argument)?),
            other => values.push(value(other, Some(input))?),
        }
    }
    let is_of_jq = matches!(
        name,
        "test"
            | "match"
            | "startswith"
            | "endswith"
            | "contains"
            | "IN"
            | "index"
            | "ascii_downcase"
            | "ascii_upcase"
            | "tostring"
            | "tonumber"
            | "floor"
            | "length"
    );
    let is_time = matches!(input, Operand::Field(FieldRef::Known(Field::Time), _)) && name == "tonumber";
    (is_of_jq && !is_time).then(|| applied(name, values))?
}

fn listed(expr: &Expr) -> Option<Vec<Operand>> {
    match expr {
        Expr::Two(",", left, right) => {
            let mut values = listed(left)?;
            values.extend(listed(right)?);
            Some(values)
        }
        Expr::Text(_) | Expr::Plain(_) => Some(vec![value(expr, None)?]),
        _ => None,
    }
}
