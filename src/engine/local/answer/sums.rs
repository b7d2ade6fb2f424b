//! Figures of parts added up. What all whole segments come to is kept, so that a question costs
//! only the head while rows arrive.

use std::hash::Hash;
use std::sync::Arc;

use rayon::prelude::*;

use crate::engine::error::EngineError;

use super::select::{Context, Fingerprint, Selection, Steps};
use crate::engine::local::cache::Cache;

/// What figures of parts add up to.
pub trait Sum: Clone + Default + Send + Sync {
    /// Adds what other parts add up to.
    fn merge(&mut self, other: &Self);

    /// How much memory it takes.
    fn size(&self) -> usize;

    /// Whether further parts change nothing.
    fn is_settled(&self) -> bool {
        false
    }
}

/// Adds up over parts: `add` adds one part. `kept` are the sums at hand, and `key` makes a sum's key
/// from what stands for the segments and the steps of the filter that count.
pub fn sum_up<K: Hash + Eq, S: Sum>(
    selections: &[Selection<'_>],
    of: Steps<'_>,
    kept: &Cache<K, S>,
    key: impl Fn(Fingerprint) -> K,
    add: impl Fn(&mut S, &Selection<'_>) -> Result<(), EngineError> + Sync,
    context: &Context<'_>,
) -> Result<Arc<S>, EngineError> {
    let add_all = |sum: &mut S, selections: &[&Selection<'_>]| {
        selections.iter().try_for_each(|selection| context.check().and_then(|()| add(sum, selection)))
    };
    // A sum may be large: there are no more of them at once than keep the threads busy.
    let add_up = |selections: &[&Selection<'_>]| -> Result<S, EngineError> {
        let share = selections.len().div_ceil(rayon::current_num_threads() * 2).max(FEWEST);
        let add_some = |some: &[&Selection<'_>]| {
            let mut sum = S::default();
            add_all(&mut sum, some)?;
            Ok(sum)
        };
        let sums: Vec<S> = selections.par_chunks(share).map(add_some).collect::<Result<_, EngineError>>()?;
        let mut sums = sums.into_iter();
        let mut sum = sums.next().unwrap_or_default();
        sums.for_each(|other| sum.merge(&other));
        Ok(sum)
    };
    let (whole, rest): (Vec<_>, Vec<_>) = selections.iter().partition(|selection| selection.is_whole_segment());
    let mut sum = match segments_of(selections, of) {
        None => Arc::default(),
        Some(segments) => {
            let key = key(segments);
            if let Some(sum) = kept.get(&key) {
                sum
            } else {
                let sum = Arc::new(add_up(&whole)?);
                if context.keeps_sums {
                    kept.put(key, Arc::clone(&sum), sum.size());
                }
                sum
            }
        }
    };
    match rest.len() {
        _ if sum.is_settled() => {}
        0 => {}
        1..=FEWEST => add_all(Arc::make_mut(&mut sum), &rest)?,
        _ => Arc::make_mut(&mut sum).merge(&add_up(&rest)?),
    }
    Ok(sum)
}

/// Stands for the whole segments among the selected parts and the steps of the filter that count; `None` where there
/// are none of them.
pub fn segments_of(selections: &[Selection<'_>], of: Steps<'_>) -> Option<Fingerprint> {
    let whole: Vec<_> = selections.iter().filter(|selection| selection.is_whole_segment()).collect();
    let parts: Vec<_> = whole.iter().map(|selection| selection.part.id).collect();
    whole.first().map(|first| Fingerprint::of(&(parts, first.query.print(of))))
}

/// Parts that one thread adds up, where there are as many.
const FEWEST: usize = 4;
