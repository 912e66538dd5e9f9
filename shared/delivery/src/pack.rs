//! The format of a pack: what is in it, in lines of address and size, an empty line, and then the files, one
//! after the other. The page reads it as it arrives: `shell/page/pack.mjs`.
//!
//! Nothing in a pack is believed for being in it: whoever takes a file out compares its digest.

use std::io::{self, Write};

use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;
use contract::manifest::Fragment;

use super::delta::MAX_BYTES;

/// Nor does it begin with a longer list.
const MAX_INDEX_BYTES: usize = 64 * 1024;
/// What a list ends with.
const END: &[u8] = b"\n\n";

/// A file of the floor, as the manifest names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Its address.
    pub url: String,
    /// What it holds.
    pub bytes: Bytes,
}

/// The window, as a power of two: a whole pack fits into it.
const WINDOW: i32 = 24;

/// What of these fragments goes into a pack: what every page needs, in whichever language. Those that the page is not
/// useful without come first, and of each the binary last, so that it can be prepared for meanwhile.
pub fn needed<'f>(fragments: impl IntoIterator<Item = &'f Fragment>) -> Vec<&'f Fragment> {
    let everywhere =
        |fragment: &&Fragment| !fragment.killed && fragment.slots.iter().any(|slot| slot.routes.is_empty());
    let mut needed: Vec<&Fragment> = fragments.into_iter().filter(everywhere).collect();
    needed.sort_by_key(|fragment| (!fragment.critical, fragment.name.as_str()));
    needed
}

/// A pack as it travels, as small as brotli makes it.
///
/// # Errors
/// The compressor's.
pub fn compress(pack: &[u8]) -> io::Result<Vec<u8>> {
    let parameters = BrotliEncoderParams { quality: 11, lgwin: WINDOW, size_hint: pack.len(), ..Default::default() };
    let mut writer = brotli::CompressorWriter::with_params(Vec::new(), 65_536, &parameters);
    writer.write_all(pack)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

/// Puts files together, in their order.
#[must_use]
pub fn write(files: &[Content]) -> Vec<u8> {
    let index: String = files.iter().map(|file| format!("{} {}\n", file.url, file.bytes.len())).collect();
    let contents: usize = files.iter().map(|file| file.bytes.len()).sum();
    let mut pack = Vec::with_capacity(index.len() + 1 + contents);
    pack.extend(index.as_bytes());
    pack.push(b'\n');
    for file in files {
        pack.extend(&file.bytes);
    }
    pack
}

/// The files of a pack, in their order; nothing if it is none, or not whole.
#[must_use]
pub fn read(pack: &Bytes) -> Option<Vec<Content>> {
    if pack.len() > MAX_BYTES {
        return None;
    }
    let head = &pack[..pack.len().min(MAX_INDEX_BYTES)];
    let end = head.windows(END.len()).position(|window| window == END)?;
    let index = std::str::from_utf8(&head[..end]).ok()?;
    let mut at = end + END.len();
    let mut files = Vec::new();
    for line in index.split('\n') {
        let (url, size) = line.split_once(' ')?;
        let until = at.checked_add(size.parse().ok()?)?;
        let bytes = (until <= pack.len()).then(|| pack.slice(at..until))?;
        files.push(Content { url: url.to_owned(), bytes });
        at = until;
    }
    (at == pack.len()).then_some(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(url: &str, bytes: &[u8]) -> Content {
        Content { url: url.to_owned(), bytes: Bytes::copy_from_slice(bytes) }
    }

    #[test]
    fn a_pack_that_lies_is_none() {
        let whole = write(&[file("/a.js", b"let a\n\n"), file("/b.wasm", b"\0asm")]);
        assert_eq!(whole, b"/a.js 7\n/b.wasm 4\n\nlet a\n\n\0asm");
        for pack in [
            &b""[..],
            b"\n",
            b"\n\n",
            b"/a.js\n\n",
            b"/a.js 3\n",
            b"/a.js 3\n\nab",
            b"/a.js 3\n\nabcd",
            b"/a.js -1\n\n",
            b"/a.js 18446744073709551615\n\nabc",
            b"/a.js 99999999999999999999\n\nabc",
            b"/\xff.js 3\n\nabc",
        ] {
            assert_eq!(read(&Bytes::copy_from_slice(pack)), None, "{}", pack.escape_ascii());
        }
        for cut in 0..whole.len() {
            assert_eq!(read(&Bytes::copy_from_slice(&whole[..cut])), None, "cut at {cut}");
        }
        assert_eq!(read(&vec![b'/'; MAX_INDEX_BYTES + 9].into()), None, "a list without an end");
        assert_eq!(read(&vec![b'\n'; MAX_BYTES + 1].into()), None, "too much");
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(files in prop::collection::vec(
            ("/[a-z0-9./-]{1,40}", prop::collection::vec(any::<u8>(), 0..200)), 1..12,
        )) {
            let files: Vec<Content> = files.iter().map(|(url, bytes)| file(url, bytes)).collect();
            prop_assert_eq!(read(&write(&files).into()), Some(files));
        }

        #[test]
        fn whatever_it_is_nothing_breaks(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            if let Some(files) = read(&bytes.clone().into()) {
                prop_assert_eq!(write(&files).len(), bytes.len());
            }
        }
    }
}
