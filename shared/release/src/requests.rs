//! Granted requests against what the API has: a grant for nothing is a slip of the pen, or of an API that is not
//! there yet.

use serde_json::Value;
use thiserror::Error;

/// A method and a path of the API: `GET`, `/api/live/tables/{table}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// In capital letters.
    pub method: String,
    /// With names in braces for what varies.
    pub path: String,
}

/// This is no description of an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("paths: the description of the API has none")]
pub struct ApiError;

/// The operations of an OpenAPI document.
///
/// # Errors
/// It is none.
pub fn operations(document: &Value) -> Result<Vec<Operation>, ApiError> {
    let paths = document.get("paths").and_then(Value::as_object).ok_or(ApiError)?;
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flat_map(|item| item.keys());
        methods.map(|method| Operation { method: method.to_uppercase(), path: path.clone() })
    });
    Ok(operations.collect())
}

/// Whether a grant, as `GET /api/wallet/*`, allows anything that there is.
pub(crate) fn exists(grant: &str, operations: &[Operation]) -> bool {
    let Some((method, pattern)) = grant.split_once(' ') else { return false };
    operations.iter().any(|operation| operation.method == method && overlaps(pattern, &operation.path))
}

/// Whether a granted path and the template of an operation have a path in common.
fn overlaps(pattern: &str, template: &str) -> bool {
    let mut templates = template.split('/');
    let mut parts = pattern.split('/').peekable();
    while let Some(part) = parts.next() {
        let open = part.strip_suffix('*').filter(|_| parts.peek().is_none());
        match (templates.next(), open) {
            (Some(template), None) if part == template || template.starts_with('{') => {}
            (Some(template), Some(start)) => return template.starts_with('{') || template.starts_with(start),
            _ => return false,
        }
    }
    templates.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_grant_allows_something_that_there_is() {
        let document = json!({ "paths": {
            "/api/wallet/history": { "get": {} },
            "/api/limits/{kind}": { "put": {}, "delete": {} },
        } });
        let operations = operations(&document).unwrap();
        for grant in [
            "GET /api/wallet/*",
            "GET /api/wallet/his*",
            "GET /api/wallet/history",
            "PUT /api/limits/*",
            "DELETE /api/limits/deposit",
        ] {
            assert!(exists(grant, &operations), "{grant}");
        }
        for grant in [
            "POST /api/wallet/*",
            "GET /api/wallet",
            "GET /api/wallet/history/*",
            "GET /api/walet/*",
            "PUT /api/limits",
            "PUT /api/limits/deposit/more",
            "GET",
        ] {
            assert!(!exists(grant, &operations), "{grant}");
        }
        assert_eq!(super::operations(&json!([])), Err(ApiError));
    }
}
