//! Reads cookies out of a request.

use http::HeaderMap;
use http::header::COOKIE;

/// The values of a cookie, in the order in which the browser sends them. It may send several: of other paths, or
/// planted by a neighbouring host.
pub(crate) fn values<'h>(headers: &'h HeaderMap, name: &'h str) -> impl Iterator<Item = &'h str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    pairs.filter(move |(one, _)| *one == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_the_whole_name_in_every_header() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=1; ab=2;b=x=y; c".parse().unwrap());
        headers.append(COOKIE, "a=3".parse().unwrap());
        let found = |name| values(&headers, name).collect::<Vec<_>>();
        assert_eq!((found("a"), found("b")), (vec!["1", "3"], vec!["x=y"]));
        assert!(found("c").is_empty() && found("x").is_empty());
    }
}
