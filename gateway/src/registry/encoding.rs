//! Content encodings: which one a client takes, and bodies that are compressed once.

use std::io::Write;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use sha2::{Digest, Sha256};

/// A larger body is compressed less far.
const LARGE_BYTES: usize = 4 * 1024 * 1024;

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Brotli.
    Brotli,
    /// Zstandard.
    Zstd,
    /// As it is.
    Plain,
}

impl Encoding {
    /// The encodings of the twins, smallest body first.
    pub(super) const COMPRESSED: [Self; 2] = [Self::Brotli, Self::Zstd];

    /// The name in `content-encoding`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Plain => "identity",
        }
    }

    /// What a twin's file name ends in.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Zstd => ".zst",
            Self::Plain => "",
        }
    }

    /// Whether the client takes it.
    pub(super) fn is_accepted(self, headers: &HeaderMap) -> bool {
        is_accepted(headers, self.name())
    }
}

/// Whether the client takes an encoding of this name.
pub(super) fn is_accepted(headers: &HeaderMap, encoding: &str) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|part| {
        let (name, parameter) = part.split_once(';').unwrap_or((part, ""));
        let refused = matches!(parameter.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

/// Whether the client holds this version already.
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let held = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    held.flat_map(|value| value.split(',')).any(|one| one.trim().trim_start_matches("W/") == etag)
}

/// A body in all three encodings.
#[derive(Clone, Debug)]
pub(super) struct Compressed {
    plain: Bytes,
    brotli: Bytes,
    zstd: Bytes,
    tag: String,
}

impl Compressed {
    /// Compresses as far as it goes: it is done once and served often. What is large less far, so that
    /// nobody waits for it for minutes.
    ///
    /// # Errors
    /// The compressor's.
    pub(super) fn new(plain: Vec<u8>) -> std::io::Result<Self> {
        let effort = if plain.len() > LARGE_BYTES { (9, 12) } else { (11, 19) };
        Self::with(plain, effort)
    }

    /// Compresses what is served seldom, or not for long.
    ///
    /// # Errors
    /// The compressor's.
    pub(super) fn quickly(plain: Vec<u8>) -> std::io::Result<Self> {
        Self::with(plain, (4, 3))
    }

    fn with(plain: Vec<u8>, (quality, level): (i32, i32)) -> std::io::Result<Self> {
        let parameters = brotli::enc::BrotliEncoderParams { quality, lgwin: 22, ..Default::default() };
        let mut writer = brotli::CompressorWriter::with_params(Vec::new(), 4096, &parameters);
        writer.write_all(&plain)?;
        writer.flush()?;
        let brotli = writer.into_inner();
        let zstd = zstd::bulk::compress(&plain, level)?;
        Ok(Self::of(plain.into(), brotli.into(), zstd.into()))
    }

    /// A body that was compressed before.
    pub(super) fn of(plain: Bytes, brotli: Bytes, zstd: Bytes) -> Self {
        let tag = URL_SAFE_NO_PAD.encode(&Sha256::digest(&plain)[..12]);
        Self { plain, brotli, zstd, tag }
    }

    /// How many bytes it has as it is.
    pub(super) fn size(&self) -> u64 {
        self.plain.len() as u64
    }

    /// One form of it.
    pub(super) fn bytes(&self, encoding: Encoding) -> &Bytes {
        match encoding {
            Encoding::Brotli => &self.brotli,
            Encoding::Zstd => &self.zstd,
            Encoding::Plain => &self.plain,
        }
    }

    /// The body as it is.
    #[cfg(test)]
    pub(super) fn plain(&self) -> &[u8] {
        &self.plain
    }

    /// The smallest form that the client takes, or 304.
    pub(super) fn respond(&self, headers: &HeaderMap) -> Response {
        let encoding = Encoding::COMPRESSED.into_iter().find(|one| one.is_accepted(headers)).unwrap_or(Encoding::Plain);
        let etag = format!("\"{}-{}\"", self.tag, encoding.name());
        let mut response = if is_known(headers, &etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let body = self.bytes(encoding);
            let mut response = Body::from(body.clone()).into_response();
            if encoding != Encoding::Plain {
                response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
            }
            response
        };
        if let Ok(etag) = HeaderValue::from_str(&etag) {
            response.headers_mut().insert(ETAG, etag);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_encoding_is_not_accepted() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, BR;q=0, zstd;q=0.5"));
        assert!(!Encoding::Brotli.is_accepted(&headers));
        assert!(Encoding::Zstd.is_accepted(&headers));
    }

    #[test]
    fn each_encoding_gives_the_body_back() {
        let text = b"the wheel turns ".repeat(400);
        let compressed = Compressed::new(text.clone()).expect("compressed");
        let mut brotli = Vec::new();
        brotli::BrotliDecompress(&mut compressed.brotli.as_ref(), &mut brotli).expect("brotli");
        assert_eq!(brotli, text);
        assert_eq!(zstd::bulk::decompress(&compressed.zstd, 100_000).expect("zstd"), text);
        assert!(compressed.brotli.len() < 200);
    }
}
