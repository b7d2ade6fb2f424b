//! Files that grow, are renamed, cut, copied and gone.

mod place;

use std::fs::File;
use std::io::Write as _;

use super::*;
use crate::model::handle::Seq;
use place::{NEVER, Place, QUICK, row};

#[test]
fn rows_that_could_not_be_stored_are_read_again() {
    let mut place = Place::new();
    place.append("app.log", &[row("/1"), row("/2"), row("/3")].concat());
    place.refuses.store(true, Ordering::SeqCst);
    place.follow("app.log");
    place.wait_for_word("refused for a test");
    place.refuses.store(false, Ordering::SeqCst);
    place.wait_for_rows(&["/1", "/2", "/3"]);
    place.append("app.log", &row("/4"));
    place.wait_for_rows(&["/1", "/2", "/3", "/4"]);
    place.stop();
    assert_eq!(place.bad(), 0);
}

#[test]
fn a_line_that_comes_in_halves_is_one_row() {
    let mut place = Place::following(QUICK, "app.log");
    // Long enough for the half to be the first that comes after a quiet time.
    thread::sleep(QUICK.quiet * 3);
    let second = row("/2");
    let (half, rest) = second.split_at(30);
    place.append("app.log", half);
    place.wait_for_word("is not whole yet");
    assert_eq!((place.rows(), place.bad()), (vec!["/1".to_owned()], 0));
    place.append("app.log", rest);
    place.wait_for_rows(&["/1", "/2"]);
    place.stop();
    assert_eq!(place.bad(), 0);
}

#[test]
fn a_whole_object_without_its_line_break_is_a_row() {
    let mut place = Place::new();
    place.append("app.log", &[row("/1"), row("/2").trim_end().to_owned()].concat());
    place.follow_at(Pace { settled: NEVER, ..QUICK }, "app.log");
    place.wait_for_rows(&["/1", "/2"]);
    place.append("app.log", &format!("\n{}", row("/3")));
    place.wait_for_rows(&["/1", "/2", "/3"]);
    place.stop();
    assert_eq!(place.bad(), 0);
}

#[test]
fn a_text_line_without_its_end_waits_longer() {
    let line = |path: &str| format!("1.2.3.4 - - [23/Nov/2026:12:00:00 +0000] \"GET {path} HTTP/1.1\" 200 1234");
    let mut place = Place::new();
    place.append("access.log", &format!("{}\n{}", line("/1"), line("/2")));
    place.follow_at(Pace { settled: NEVER, ..QUICK }, "access.log");
    place.wait_for_word("has no end yet");
    assert_eq!(place.rows(), ["/1"]);
    place.append("access.log", &format!("5\n{}", line("/3")));
    place.wait_for_rows(&["/1", "/2"]);
    place.stop();
    // A file that stays as it is has ended with it.
    place.follow("access.log");
    place.wait_for_rows(&["/1", "/2", "/3"]);
    // What goes on after all is told, and the next row is intact.
    place.append("access.log", &format!("5\n{}\n", line("/4")));
    place.wait_for_rows(&["/1", "/2", "/3", "/4"]);
    place.stop();
    assert_eq!(place.bad(), 1);
}

#[test]
fn a_copy_of_a_file_that_was_cut_is_known() {
    let mut place = Place::following(QUICK, "app.log*");
    place.append("app.log", &row("/2"));
    place.wait_for_rows(&["/1", "/2"]);
    // A row that came just before is in the copy only.
    place.append("app.log", &row("/3"));
    place.copy_and_cut("app.log", "app.log.1");
    place.wait_for_word("was cut from");
    place.append("app.log", &row("/4"));
    place.wait_for_rows(&["/1", "/2", "/3", "/4"]);
    place.copy_and_cut("app.log", "app.log.2");
    place.append("app.log", &row("/5"));
    place.wait_for_rows(&["/1", "/2", "/3", "/4", "/5"]);
    place.stop();
    // Another process knows them as well.
    place.append("app.log", &row("/6"));
    place.follow("app.log*");
    place.wait_for_rows(&["/1", "/2", "/3", "/4", "/5", "/6"]);
    place.stop();
    assert_eq!((place.rows().len(), place.bad()), (6, 0));
}

#[test]
fn generations_and_files_that_begin_alike_are_told_apart() {
    let mut place = Place::new();
    let first = row("/start");
    place.append("a.log", &first);
    place.append("b.log", &first);
    place.follow("*.log");
    // The two are one as long as they are the same.
    place.wait_for_rows(&["/start"]);
    place.append("a.log", &row("/a"));
    place.append("b.log", &row("/b"));
    place.wait_for_rows(&["/a", "/b", "/start", "/start"]);
    // Rows at the same bytes behind the same beginning.
    File::options().write(true).open(place.path("a.log")).expect("opens").set_len(0).expect("cuts");
    place.wait_for_word("was cut from");
    place.append("a.log", &first);
    place.wait_for_rows(&["/a", "/b", "/start", "/start", "/start"]);
    place.append("a.log", &row("/c"));
    place.wait_for_rows(&["/a", "/b", "/c", "/start", "/start", "/start"]);
    place.stop();
    assert_eq!(place.bad(), 0);
}

#[test]
fn a_file_that_is_written_anew_at_once_is_read_anew() {
    let mut place = Place::following(QUICK, "app.log");
    std::fs::write(place.path("app.log"), [row("/2"), row("/3")].concat()).expect("writes over it");
    place.wait_for_rows(&["/1", "/2", "/3"]);
    place.stop();
    assert_eq!(place.bad(), 0);
}

#[test]
fn a_server_that_still_writes_to_the_old_file_is_heard() {
    let mut place = Place::following(Pace { farewell: NEVER, ..QUICK }, "app.log");
    let mut old = place.rename("app.log", "app.log.1");
    place.append("app.log", &row("/2"));
    place.wait_for_rows(&["/1", "/2"]);
    old.write_all(row("/3").as_bytes()).expect("writes");
    place.wait_for_rows(&["/1", "/2", "/3"]);
    place.append("app.log", &row("/4"));
    place.wait_for_rows(&["/1", "/2", "/3", "/4"]);
    place.stop();
    assert_eq!(place.bad(), 0);
}

#[test]
fn a_renamed_file_is_read_on_under_its_other_name() {
    let mut place = Place::following(QUICK, "app.log*");
    let mut old = place.rename("app.log", "app.log.1");
    place.append("app.log", &row("/2"));
    place.wait_for_rows(&["/1", "/2"]);
    // Whoever reads it at the moment.
    let mut expected = vec!["/1", "/2"];
    for path in ["/3", "/4", "/5"] {
        old.write_all(row(path).as_bytes()).expect("writes");
        expected.push(path);
        place.wait_for_rows(&expected);
        thread::sleep(QUICK.farewell);
    }
    place.stop();
    assert_eq!((place.rows().len(), place.bad()), (5, 0));
}

#[test]
fn a_file_that_is_gone_is_let_go_and_found_when_it_is_back() {
    let mut place = Place::following(QUICK, "app.log*");
    std::fs::remove_file(place.path("app.log")).expect("removes");
    place.wait_for_word("app.log is gone");
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        drop(files);
        place.wait_until("no file is held", |place| {
            let files = std::fs::read_dir("/proc/self/fd").expect("reads").flatten();
            !files
                .flat_map(|file| file.path().read_link())
                .any(|file| file.starts_with(place.path("app.log (deleted)")))
        });
    }
    place.append("app.log", &[row("/2"), row("/3")].concat());
    place.wait_for_rows(&["/1", "/2", "/3"]);
    place.stop();
    assert_eq!(place.bad(), 0);
}

#[test]
fn a_line_that_was_half_there_at_an_import_is_read_later() {
    let mut place = Place::new();
    let second = row("/2");
    let (half, rest) = second.split_at(30);
    place.append("app.log", &[&row("/1"), half].concat());
    // The import ends here, and so does the row for it.
    assert_eq!(place.import("app.log"), (1, 1));
    place.append("app.log", &[rest, row("/3").trim_end()].concat());
    place.follow("app.log");
    place.wait_for_rows(&["/1", "/2", "/3"]);
    place.stop();
    // A last row that can be read needs no end, and the same file is known again.
    assert_eq!(place.import("app.log"), (0, 0));
    place.append("app.log", &format!("\n{}", row("/4")));
    place.follow("app.log");
    place.wait_for_rows(&["/1", "/2", "/3", "/4"]);
    place.stop();
    assert_eq!(place.bad(), 1);
}

#[test]
fn a_large_file_that_ends_in_half_a_line_is_followed_from_there() {
    let mut place = Place::new();
    let many = row("/1").repeat(100_000);
    let second = row("/2");
    let (half, rest) = second.split_at(30);
    place.append("app.log", &[&many, half].concat());
    assert_eq!(place.import("app.log"), (100_000, 1));
    place.append("app.log", rest);
    place.follow("app.log");
    place.wait_until("the last row", |place| place.rows_after(Seq(100_000)) == ["/2"]);
    place.stop();
    assert_eq!(place.bad(), 1);
}

#[test]
fn a_large_file_that_was_read_is_told_to_be_read_to_its_end() {
    let mut place = Place::new();
    let many = row("/1").repeat(200_000);
    place.append("app.log", &many);
    place.follow("app.log");
    let whole = format!("done: {0}, total: {0}", many.len());
    let last = |place: &Place| {
        let said = place.said.lock().expect("not poisoned");
        said.iter().rfind(|said| said.starts_with("Progress")).cloned().unwrap_or_default()
    };
    place.wait_until(&whole, |place| last(place).contains(&whole));
    place.stop();
}

#[test]
fn the_gap_of_a_cut_begins_with_the_newest_row() {
    let mut place = Place::new();
    place.append("app.log", &[row("/1"), row("/2")].concat());
    place.follow("app.log");
    place.wait_for_rows(&["/1", "/2"]);
    File::options().write(true).open(place.path("app.log")).expect("opens").set_len(0).expect("cuts");
    place.wait_for_word("was cut from");
    place.stop();
    let gaps = place.store.source_record("logs").expect("reads").expect("a source").gaps;
    let [gap] = gaps.as_slice() else { panic!("one gap, not {gaps:?}") };
    // 2026-11-01T12:00:00Z
    assert_eq!(gap.from, crate::base::time::Timestamp(1_793_534_400_000_000));
    assert!(gap.until > gap.from.plus(1_000_000), "up to now: {gap:?}");
}

#[test]
fn half_a_heading_is_none_yet() {
    let mut place = Place::new();
    let heading = "Date,Client,Client Email,Method,Path";
    let (half, _) = heading.split_at(20);
    place.append("app.csv", half);
    place.append("other.log", &row("/1"));
    place.follow_at(Pace { quiet: NEVER, ..QUICK }, "[ao]*.*");
    place.wait_for_rows(&["/1"]);
    place.stop();
    let said = place.said.lock().expect("not poisoned");
    assert!(!said.iter().any(|said| said.contains("is_error: true")), "{said:?}");
}
