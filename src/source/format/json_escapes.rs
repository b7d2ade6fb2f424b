//! Escapes in JSON strings.

/// Decodes the escapes of a string. What is no escape stays as it is.
pub fn unescape(inside: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(backslash) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..backslash]);
        rest = &rest[backslash + 1..];
        let Some(&letter) = rest.first() else {
            out.push(b'\\');
            break;
        };
        rest = &rest[1..];
        match letter {
            b'"' | b'\\' | b'/' => out.push(letter),
            b'b' => out.push(0x08),
            b'f' => out.push(0x0C),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'u' => match hex(rest, 4) {
                Some(first) => {
                    rest = &rest[4..];
                    rest = push_code_unit(first, rest, &mut out);
                }
                None => out.extend_from_slice(b"\\u"),
            },
            b'x' => match hex(rest, 2) {
                Some(byte) => {
                    rest = &rest[2..];
                    out.push(byte as u8);
                }
                None => out.extend_from_slice(b"\\x"),
            },
            _ => out.extend_from_slice(&[b'\\', letter]),
        }
    }
    out.extend_from_slice(rest);
    out
}

/// Writes a UTF-16 code unit, with the second half of its pair if that follows. A half without
/// the other is written as it is, in the generalised UTF-8 that `serde_json` uses as well.
fn push_code_unit<'a>(first: u32, rest: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    if (0xD800..0xDC00).contains(&first)
        && let Some(behind) = rest.strip_prefix(b"\\u")
        && let Some(second) = hex(behind, 4)
        && (0xDC00..0xE000).contains(&second)
    {
        push_code_point(0x1_0000 + ((first - 0xD800) << 10 | (second - 0xDC00)), out);
        return &behind[4..];
    }
    push_code_point(first, out);
    rest
}

fn push_code_point(code: u32, out: &mut Vec<u8>) {
    match char::from_u32(code) {
        Some(char) => out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        None => {
            out.extend_from_slice(&[
                0xE0 | (code >> 12) as u8,
                0x80 | (code >> 6 & 0x3F) as u8,
                0x80 | (code & 0x3F) as u8,
            ]);
        }
    }
}

/// So many hex digits at the start.
pub fn hex(text: &[u8], digits: usize) -> Option<u32> {
    text.get(..digits)?.iter().try_fold(0, |value, byte| Some(value << 4 | char::from(*byte).to_digit(16)?))
}
