//! Files of ids, for `id:@FILE`.

use std::fs::File;
use std::io::Read;

use crate::base::units;

use super::typed_path::expand;

/// A filter with more ids than fit into this is none that anybody reads.
const MOST_BYTES: u64 = 1024 * 1024;

/// The lines of a file that was named on the command line, whatever it is; else why there are none.
pub fn read_ids(name: &str) -> Result<Vec<String>, String> {
    let bytes = std::fs::read(name).map_err(|error| unreadable(name, &error))?;
    lines(name, &bytes)
}

/// The lines of a file that was named in the prompt: a plain one of a bounded size.
pub fn read_typed_ids(name: &str) -> Result<Vec<String>, String> {
    let path = expand(name);
    let failed = |error: std::io::Error| unreadable(name, &error);
    // What is no plain file may never end, or wait for ever.
    if !std::fs::metadata(&path).map_err(failed)?.is_file() {
        return Err(format!("{name} is no plain file"));
    }
    let mut bytes = Vec::new();
    File::open(&path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("{name} is larger than {}; the command line takes it", units::bytes(MOST_BYTES)));
    }
    lines(name, &bytes)
}

fn unreadable(name: &str, error: &std::io::Error) -> String {
    format!("{name} could not be read: {error}")
}

fn lines(name: &str, bytes: &[u8]) -> Result<Vec<String>, String> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
        Err(error) => {
            let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
            Err(format!("{name}, line {line}: this is no text"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_or_the_place_of_what_is_wrong() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).expect("writes");
            path.to_str().expect("a plain name").to_owned()
        };
        assert_eq!(
            read_typed_ids(&file("ids", b"abcd1234\r\n\nrq12c\n")),
            Ok(vec!["abcd1234".into(), String::new(), "rq12c".into()])
        );
        let odd = file("odd", b"abcd1234\n\xff\xfe\n");
        for read in [read_ids, read_typed_ids] {
            assert_eq!(read(&odd), Err(format!("{odd}, line 2: this is no text")));
        }
        let large = file("large", &vec![b'a'; MOST_BYTES as usize + 1]);
        assert!(read_typed_ids(&large).is_err_and(|error| error.contains("is larger than")));
        assert!(read_ids(&large).is_ok(), "on the command line it may be");
        assert!(read_typed_ids("/nowhere/ids").is_err_and(|error| error.starts_with("/nowhere/ids could not be read")));
        assert_eq!(read_typed_ids("/dev/zero"), Err("/dev/zero is no plain file".into()));
    }
}
