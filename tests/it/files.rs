//! Every file under `tests/it` is part of the test binary: with `autotests = false` and one root, a
//! file that nobody declares would be compiled by nobody.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the package.
pub fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files of a folder and those below, in order.
pub fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            found.extend(rust_files(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
    found.sort();
    found
}

/// The files that a module's `mod` lines lead to, itself among them. `folder` is where its
/// children lie.
fn reached(file: &Path, folder: &Path, found: &mut Vec<PathBuf>) {
    found.push(file.to_owned());
    let text = fs::read_to_string(file).expect("the file can be read");
    for line in text.lines() {
        let line = line.trim_start_matches("pub(crate) ").trim_start_matches("pub ");
        let Some(name) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) else { continue };
        let (flat, nested) = (folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs"));
        reached(if flat.is_file() { &flat } else { &nested }, &folder.join(name), found);
    }
}

/// Files below a folder that its `main.rs` does not lead to.
fn undeclared(folder: &Path) -> Vec<PathBuf> {
    let mut declared = Vec::new();
    reached(&folder.join("main.rs"), folder, &mut declared);
    rust_files(folder).into_iter().filter(|file| !declared.contains(file)).collect()
}

#[test]
fn every_file_is_a_module() {
    assert_eq!(undeclared(&package().join("tests/it")), Vec::<PathBuf>::new());
}

#[test]
fn a_forgotten_file_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    fs::create_dir(folder.path().join("a")).expect("made");
    write("main.rs", "mod a;\nmod b;\n// mod c;\n");
    write("a/mod.rs", "pub mod inner;\n");
    write("a/inner.rs", "");
    write("a/forgotten.rs", "");
    write("b.rs", "");
    write("c.rs", "");
    let missing = undeclared(folder.path());
    assert_eq!(missing, [folder.path().join("a/forgotten.rs"), folder.path().join("c.rs")]);
}
