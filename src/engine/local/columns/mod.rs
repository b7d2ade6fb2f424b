//! What a part holds in memory: columns, sets of rows, and how they are made of records.

pub mod bits;
pub mod buffer;
pub mod builder;
pub mod column;
pub mod column_builders;
pub mod combined;
pub mod compare;
pub mod hash_list;
pub mod id_form;
pub mod keys;
pub mod name_builder;
pub mod on_disk;
pub mod repeated;
pub mod row_set;
pub mod shape;
pub mod short_names;
pub mod sorted_rows;
pub mod spare;
pub mod text;
pub mod value_sum;
