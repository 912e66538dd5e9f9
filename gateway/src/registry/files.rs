//! Serves the floor's files from disk, with their compressed twins.
//!
//! Must never leave the floor folder, nor serve what is longer than a file of a release may be, nor a twin that is older
//! than its plain file: the plain file is the truth.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use contract::registry::MAX_FILE_BYTES;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::encoding::{Encoding, is_known};

/// How a file is kept whose name changes with its content.
pub(super) const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The file at `path` below `folder`, or nothing if there is none.
///
/// # Errors
/// The disk's.
pub(super) async fn serve(folder: &Path, path: &str, headers: &HeaderMap) -> std::io::Result<Option<Response>> {
    let Some(plain) = locate(folder, path).await? else { return Ok(None) };
    let Ok(metadata) = tokio::fs::metadata(&plain).await else { return Ok(None) };
    if !metadata.is_file() || metadata.len() > MAX_FILE_BYTES {
        return Ok(None);
    }
    let modified = metadata.modified()?;
    let (encoding, file) = choose_twin(&plain, modified, headers).await;
    let stamp = modified.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let etag = format!("\"{:x}-{stamp:x}-{}\"", metadata.len(), encoding.name());

    let mut response = if is_known(headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match tokio::fs::read(&file).await {
            Ok(bytes) => Body::from(bytes).into_response(),
            // It went between the two looks.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        }
    };
    let name = plain.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let caching = if is_hashed(name) { IMMUTABLE } else { "no-cache" };
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    out.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if encoding != Encoding::Plain {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        out.insert(ETAG, etag);
    }
    Ok(Some(response))
}

/// The place of a file, if its name is plain and it lies in the folder once links are followed.
async fn locate(folder: &Path, path: &str) -> std::io::Result<Option<PathBuf>> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let good = |part: &str| !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain);
    // A twin has no address of its own; it is an encoding of its file.
    if !path.split('/').all(good) || path.ends_with(".br") || path.ends_with(".zst") {
        return Ok(None);
    }
    let found = match tokio::fs::canonicalize(folder.join(path)).await {
        Ok(found) => found,
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let home = tokio::fs::canonicalize(folder).await?;
    Ok(found.starts_with(&home).then_some(found))
}

async fn choose_twin(plain: &Path, modified: std::time::SystemTime, headers: &HeaderMap) -> (Encoding, PathBuf) {
    for encoding in Encoding::COMPRESSED {
        if !encoding.is_accepted(headers) {
            continue;
        }
        let mut twin = plain.as_os_str().to_owned();
        twin.push(encoding.suffix());
        let twin = PathBuf::from(twin);
        let written = tokio::fs::metadata(&twin).await.and_then(|metadata| metadata.modified());
        if written.is_ok_and(|written| written >= modified) {
            return (encoding, twin);
        }
    }
    (Encoding::Plain, plain.to_owned())
}

/// Whether the name carries a hash of the content.
fn is_hashed(name: &str) -> bool {
    name.split(['-', '_', '.']).any(is_hash)
}

/// Whether a part of a name, between separators, is a hash: at least eight hexadecimal digits.
pub(super) fn is_hash(part: &str) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    part.len() >= 8 && part.bytes().all(hex)
}

pub(super) fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "wasm" => "application/wasm",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_never_change() {
        for name in ["wallet-3f9c1a2b44.js", "shell-0123456789abcdef_bg.wasm", "messages.en-deadbeef.json"] {
            assert!(is_hashed(name), "{name}");
        }
        for name in ["release.json", "favicon.ico", "messages.en.json", "roulette.js", "a-123.js"] {
            assert!(!is_hashed(name), "{name}");
        }
    }
}
