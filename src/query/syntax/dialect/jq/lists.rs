//! What jq asks of the members of a list: `any(.tags[]; . == "vip")`, `.tags | index("vip")`. A test on a list is
//! here one on each of its members.

use crate::model::field::FieldRef;
use crate::query::syntax::dialect::condition::Condition;
use crate::query::syntax::dialect::functions::applied;
use crate::query::syntax::dialect::operand::{self, Change, Operand};
use crate::query::syntax::dialect::sign::Sign;

use super::read::Expr;
use super::{compared, listed, value};

/// What a function of lists asks; nothing, where it is none or its argument no list. Inside: nothing, where it
/// cannot be asked for.
#[expect(clippy::option_option, reason = "outside: is it about members; inside: can it be asked for")]
pub(super) fn of_members(name: &str, arguments: &[Expr], input: Option<&Operand>) -> Option<Option<Operand>> {
    match (name, arguments, input) {
        ("any", [list @ Expr::Each(_), condition], _) => {
            Some(value(list, input).and_then(|member| value(condition, Some(&member))))
        }
        ("any", [condition], Some(Operand::Field(FieldRef::Attribute(_), Change::None))) => {
            Some(value(condition, input))
        }
        ("IN", [list @ Expr::Each(_)], Some(member @ Operand::Literal(_))) => {
            let list = value(list, None)?;
            Some(compared(list, Sign::Is, member.clone()).map(Operand::Condition))
        }
        ("index" | "contains", [argument], Some(list @ Operand::Field(FieldRef::Attribute(path), Change::None))) => {
            held(name, argument, list, path).map(|found| Some(Operand::Condition(found)))
        }
        _ => None,
    }
}

/// `.tags | index("vip")`, `.tags | contains(["vip"])`: what a list holds. One is called in the plural.
fn held(name: &str, argument: &Expr, list: &Operand, path: &str) -> Option<Condition> {
    let members = match argument {
        Expr::List(Some(inner)) => match inner.as_ref() {
            Expr::Text(_) => vec![value(inner, None)?],
            several => listed(several)?,
        },
        Expr::Text(_) if path.ends_with('s') && name == "index" => vec![value(argument, None)?],
        _ => return None,
    };
    if name == "index" && members.len() > 1 {
        return None;
    }
    let holds = |member: Operand| match name {
        "index" => compared(list.clone(), Sign::Is, member),
        _ => operand::truth(&applied(name, vec![list.clone(), member])?),
    };
    let mut conditions = members.into_iter().map(holds);
    let first = conditions.next()??;
    conditions.try_fold(first, |all, one| Some(all.and(one?)))
}
