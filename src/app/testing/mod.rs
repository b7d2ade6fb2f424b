//! For tests of the screen: a state with the reference engine behind it, driven by keys.

mod driver;
mod records;

pub use driver::Driver;
pub use records::{NOW, id_of, one_record, platform_rows, row};
