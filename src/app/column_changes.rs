//! What somebody changed of a source's columns: a change on top of the set of each width, so that what is hidden or
//! added on a narrow screen leaves a wide one its own.

use std::collections::HashSet;

use crate::model::view_spec::{ColumnContent, ColumnSet, ColumnSpec, ColumnWidth, ViewSpec};

use super::grid::is_long;

/// The changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnChanges {
    /// Columns that are hidden at every width.
    hidden: Vec<ColumnContent>,
    /// Columns that are shown at every width.
    added: Vec<ColumnSpec>,
    /// Widths that were chosen, each for the set that begins at a width of the table.
    widths: Vec<(u16, ColumnSpec)>,
    /// The order of those that are known, where it is not the source's own.
    order: Vec<ColumnContent>,
}

impl ColumnChanges {
    /// The changes that show certain columns at every width.
    pub fn showing(list: &[ColumnSpec], view: &ViewSpec) -> Self {
        let own: HashSet<&ColumnContent> = view.own_columns().collect();
        let is_listed = |content: &ColumnContent| list.iter().any(|spec| spec.content == *content);
        let of_set = |set: &ColumnSet| -> Vec<(u16, ColumnSpec)> {
            let differs = |spec: &&ColumnSpec| set.show.iter().any(|own| own.content == spec.content && own != *spec);
            list.iter().filter(differs).map(|spec| (set.from, spec.clone())).collect()
        };
        let mut hidden: Vec<ColumnContent> = own.into_iter().filter(|own| !is_listed(own)).cloned().collect();
        hidden.sort_by_key(ColumnContent::name);
        Self {
            hidden,
            added: list.to_vec(),
            widths: view.columns.iter().flat_map(of_set).collect(),
            order: list.iter().map(|spec| spec.content.clone()).collect(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The columns of a set with the changes made to it. A width of its own that nobody chose gives way.
    pub fn apply(&self, set: &ColumnSet) -> Vec<ColumnSpec> {
        let chosen = |content: &ColumnContent| {
            let is_of = |(from, spec): &&(u16, ColumnSpec)| *from == set.from && spec.content == *content;
            self.widths.iter().find(is_of).map(|(_, spec)| spec.clone())
        };
        let own = |spec: &ColumnSpec| {
            chosen(&spec.content).unwrap_or_else(|| match spec.width {
                ColumnWidth::Cells(cells) if is_long(&spec.content) => {
                    ColumnSpec { content: spec.content.clone(), width: ColumnWidth::UpTo(cells) }
                }
                _ => spec.clone(),
            })
        };
        let is_shown = |spec: &&ColumnSpec| !self.hidden.contains(&spec.content);
        let mut columns: Vec<ColumnSpec> = set.show.iter().filter(is_shown).map(own).collect();
        for spec in &self.added {
            if columns.iter().all(|column| column.content != spec.content) {
                columns.push(chosen(&spec.content).unwrap_or_else(|| spec.clone()));
            }
        }
        // Where all that a width has of its own is hidden, that is shown before nothing is.
        if columns.is_empty() {
            return set.show.clone();
        }
        self.ordered(&columns)
    }

    /// Columns in the order that was chosen; others stay behind the one that they come after.
    fn ordered(&self, columns: &[ColumnSpec]) -> Vec<ColumnSpec> {
        let rank = |spec: &ColumnSpec| self.order.iter().position(|content| *content == spec.content);
        let mut ordered: Vec<ColumnSpec> = columns.iter().filter(|spec| rank(spec).is_some()).cloned().collect();
        ordered.sort_by_key(rank);
        for (at, spec) in columns.iter().enumerate().filter(|(_, spec)| rank(spec).is_none()) {
            let before = at.checked_sub(1).map(|before| &columns[before]);
            let place = before.and_then(|before| ordered.iter().position(|other| other == before));
            ordered.insert(place.map_or(0, |place| place + 1), spec.clone());
        }
        ordered
    }

    /// Takes down what makes the columns of a set other ones.
    pub fn change(&mut self, set: &ColumnSet, wanted: &[ColumnSpec]) {
        let before = self.apply(set);
        let is_own = |content: &ColumnContent| set.show.iter().any(|own| own.content == *content);
        let is_in = |list: &[ColumnSpec], content: &ColumnContent| list.iter().any(|spec| spec.content == *content);
        for spec in before.iter().filter(|spec| !is_in(wanted, &spec.content)) {
            self.added.retain(|added| added.content != spec.content);
            self.widths.retain(|(_, other)| other.content != spec.content);
            if !self.hidden.contains(&spec.content) {
                self.hidden.push(spec.content.clone());
            }
        }
        for spec in wanted {
            self.hidden.retain(|hidden| *hidden != spec.content);
            if !is_own(&spec.content) && !is_in(&self.added, &spec.content) {
                self.added.push(spec.clone());
            }
            if self.apply(set).contains(spec) {
                continue;
            }
            self.widths.retain(|(from, other)| *from != set.from || other.content != spec.content);
            if !self.apply(set).contains(spec) {
                self.widths.push((set.from, spec.clone()));
            }
        }
        let contents = |list: &[ColumnSpec]| list.iter().map(|spec| spec.content.clone()).collect::<Vec<_>>();
        if contents(&self.apply(set)) != contents(wanted) {
            self.order = contents(wanted);
        }
    }

    /// The changes as texts: `-ip`, `+attributes.region`, `160=client:20`, `#time`.
    pub fn texts(&self) -> Vec<String> {
        let hidden = self.hidden.iter().map(|content| format!("-{}", content.name()));
        let added = self.added.iter().map(|spec| format!("+{spec}"));
        let widths = self.widths.iter().map(|(from, spec)| format!("{from}={spec}"));
        let order = self.order.iter().map(|content| format!("#{}", content.name()));
        hidden.chain(added).chain(widths).chain(order).collect()
    }

    /// The changes of such texts; what is unknown by now is left out. Columns without a sign are all that is shown.
    pub fn of_texts(texts: &[String], view: &ViewSpec) -> Self {
        let (mut changes, mut list) = (Self::default(), Vec::new());
        let spec = |text: &str| ColumnSpec::try_from(text.to_owned()).ok();
        for text in texts {
            let width = text.split_once('=').and_then(|(from, text)| Some((from.parse::<u16>().ok()?, text)));
            if let Some(name) = text.strip_prefix('-') {
                changes.hidden.extend(ColumnContent::find(name));
            } else if let Some(text) = text.strip_prefix('+') {
                changes.added.extend(spec(text));
            } else if let Some(name) = text.strip_prefix('#') {
                changes.order.extend(ColumnContent::find(name));
            } else if let Some((from, text)) = width {
                changes.widths.extend(spec(text).map(|spec| (from, spec)));
            } else {
                list.extend(spec(text));
            }
        }
        if list.is_empty() { changes } else { Self::showing(&list, view) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specs(texts: &[&str]) -> Vec<ColumnSpec> {
        texts.iter().map(|text| ColumnSpec::try_from((*text).to_owned()).expect("a column")).collect()
    }

    fn set(from: u16, texts: &[&str]) -> ColumnSet {
        ColumnSet { from, show: specs(texts) }
    }

    fn shown(changes: &ColumnChanges, set: &ColumnSet) -> String {
        changes.apply(set).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_width_keeps_its_own_with_the_changes() {
        let narrow = set(40, &["time", "status", "client:11", "endpoint:*"]);
        let wide = set(160, &["time", "status", "client", "endpoint", "path:28", "problem:*", "ip"]);
        let mut changes = ColumnChanges::default();
        changes.change(&wide, &specs(&["time", "client", "endpoint", "path:28", "problem:*", "ip", "host"]));
        assert_eq!(shown(&changes, &wide), "time client endpoint path:28 problem:* ip host");
        assert_eq!(shown(&changes, &narrow), "time client:11 endpoint:* host");
        // Others move, and a width is that of one set.
        changes.change(&narrow, &specs(&["time", "host", "client:15", "endpoint:*"]));
        assert_eq!(shown(&changes, &narrow), "time host client:15 endpoint:*");
        assert_eq!(shown(&changes, &wide), "time host client endpoint path:28 problem:* ip");
        changes.change(&narrow, &specs(&["time", "status", "client:15", "endpoint:*"]));
        assert_eq!(shown(&changes, &wide), "time status client endpoint path:28 problem:* ip");
        // Nothing is no table.
        changes.change(&wide, &specs(&["ip"]));
        assert_eq!((shown(&changes, &wide).as_str(), changes.apply(&narrow) == narrow.show), ("ip", true));
    }

    #[test]
    fn a_change_at_a_width_is_what_was_wanted_there() {
        let sets = [set(40, &["time", "client:11", "endpoint:*"]), set(80, &["time", "client", "path:28", "ip"])];
        let wanted = [
            specs(&["time", "ip", "client:*"]),
            specs(&["client:9", "time", "endpoint", "host:5"]),
            specs(&["host", "path:12", "time"]),
            specs(&["time", "client:11", "endpoint:*"]),
            specs(&["time", "client", "path:28", "ip"]),
        ];
        for first in &wanted {
            for second in &wanted {
                let mut changes = ColumnChanges::default();
                for (set, list) in sets.iter().zip([first, second]).chain([(&sets[1], first), (&sets[0], second)]) {
                    changes.change(set, list);
                    let text = list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
                    assert_eq!(shown(&changes, set), text);
                }
            }
        }
    }

    #[test]
    fn changes_are_read_as_they_are_written() {
        let view = ViewSpec {
            period: "24h".into(),
            panes: Vec::new(),
            labels: std::collections::HashMap::new(),
            columns: vec![set(80, &["time", "status", "client"]), set(40, &["time", "client:9"])],
        };
        let mut changes = ColumnChanges::default();
        changes.change(&view.columns[0], &specs(&["client:20", "time", "attributes.a.b"]));
        assert_eq!(ColumnChanges::of_texts(&changes.texts(), &view), changes);
        let texts = ["time", "colour", "ip:9"].map(str::to_owned);
        let listed = ColumnChanges::of_texts(&texts, &view);
        assert_eq!((shown(&listed, &view.columns[0]), listed.is_empty()), ("time ip:9".into(), false));
        assert_eq!(shown(&listed, &view.columns[1]), "time ip:9");
    }
}
