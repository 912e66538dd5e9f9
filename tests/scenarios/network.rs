//! What a page has asked its host for, as Chromium's network log tells it.

use anyhow::Result;
use scenarios::scenario::Scene;
use serde_json::Value;

/// One request.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) encoding: String,
    /// What came over the wire, headers and all.
    pub(crate) bytes: u64,
    is_cached: bool,
}

/// What was asked for since the last look, without what came out of the browser's cache.
pub(crate) async fn asked(scene: &Scene) -> Result<Vec<Asked>> {
    let mut requests: Vec<(String, Asked)> = Vec::new();
    for message in scene.browser.network_log().await? {
        let parameters = &message["params"];
        let id = parameters["requestId"].as_str().unwrap_or_default();
        if message["method"] == "Network.requestWillBeSent" {
            let url = parameters["request"]["url"].as_str().unwrap_or_default();
            if let Some(path) = url.strip_prefix(&scene.floor.url()) {
                requests.push((id.to_owned(), Asked { path: path.to_owned(), ..Asked::default() }));
            }
        } else if let Some((_, one)) = requests.iter_mut().find(|(other, _)| other == id) {
            learn(one, &message["method"], parameters);
        }
    }
    Ok(requests.into_iter().map(|(_, one)| one).filter(|one| !one.is_cached).collect())
}

fn learn(one: &mut Asked, method: &Value, parameters: &Value) {
    match method.as_str().unwrap_or_default() {
        "Network.requestServedFromCache" => one.is_cached = true,
        "Network.responseReceived" => {
            let response = &parameters["response"];
            one.is_cached |= response["fromDiskCache"] == true || response["fromPrefetchCache"] == true;
            let headers = response["headers"].as_object().into_iter().flatten();
            let encoding = headers.filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
            one.encoding = encoding.filter_map(|(_, value)| value.as_str()).collect();
        }
        "Network.loadingFinished" => {
            // A count of bytes that JSON has as a floating number.
            one.bytes = parameters["encodedDataLength"]
                .to_string()
                .split('.')
                .next()
                .and_then(|it| it.parse().ok())
                .unwrap_or_default();
        }
        _ => {}
    }
}
