//! Figures of parts added up. What all whole segments come to is kept, so that a question costs
//! only the head while rows arrive.

use std::hash::Hash;
use std::sync::Arc;

use rayon::prelude::*;

use crate::engine::error::EngineError;

use super::select::{Context, Fingerprint, Selection, Steps};
use crate::engine::local::cache::Cache;

/// What figures of parts add up to.
pub trait Sum<P>: Clone + Default {
    /// Adds a part's.
    fn add(&mut self, part: &P);

    /// How much memory it takes.
    fn size(&self) -> usize;
}

/// Adds up over parts. `kept` are the sums at hand, and `key` makes a sum's key from what stands
/// for the segments and the steps of the filter that count.
pub fn sum_up<K: Hash + Eq, P: Send + Sync, S: Sum<P>>(
    selections: &[Selection<'_>],
    of: Steps<'_>,
    kept: &Cache<K, S>,
    key: impl Fn(Fingerprint) -> K,
    of_part: impl Fn(&Selection<'_>) -> Result<Arc<P>, EngineError> + Sync,
    context: &Context<'_>,
) -> Result<S, EngineError> {
    let add_up = |sum: &mut S, selections: &[&Selection<'_>]| -> Result<(), EngineError> {
        // A few at a time: what one part comes to may be large.
        for some in selections.chunks(AT_ONCE) {
            context.check()?;
            let parts: Vec<Arc<P>> =
                some.par_iter().map(|selection| of_part(selection)).collect::<Result<_, EngineError>>()?;
            for part in &parts {
                sum.add(part);
            }
        }
        Ok(())
    };
    let (whole, rest): (Vec<_>, Vec<_>) = selections.iter().partition(|selection| selection.is_whole_segment());
    let mut sum = match whole.first() {
        None => S::default(),
        Some(first) => {
            let parts: Vec<_> = whole.iter().map(|selection| selection.part.id).collect();
            let key = key(Fingerprint::of(&(parts, first.query.print(of))));
            if let Some(sum) = kept.get(&key) {
                S::clone(&sum)
            } else {
                let mut sum = S::default();
                add_up(&mut sum, &whole)?;
                if context.keeps_sums {
                    kept.put(key, Arc::new(sum.clone()), sum.size());
                }
                sum
            }
        }
    };
    add_up(&mut sum, &rest)?;
    Ok(sum)
}

/// Parts that are counted before they are added up.
const AT_ONCE: usize = 16;
