//! A player comes back after a release: what has changed comes as what differs where the browser can do that, and
//! whole where it can not.

use std::fs;

use anyhow::{Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use scenarios::browser::Engine;
use scenarios::floor::Options;
use scenarios::scenario::{Scene, play, play_in};
use scenarios::{PATIENCE, until};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha384};

use crate::network::asked;

/// Releases a wallet whose binary has 3 KiB more that nothing like it was in, and waits until the gateway has what
/// differs. Returns its address, and what it takes as a whole.
async fn changed_wallet(scene: &Scene) -> Result<(String, u64)> {
    let file = scene.floor.file("wallet", ".wasm")?;
    let before = fs::read(&file)?;
    let full = fs::metadata(format!("{}.br", file.display()))?.len();
    // A custom section: its kind, its length, the length of its name, and its name.
    let noise = (0_u32..96).flat_map(|block| Sha256::digest(block.to_le_bytes()));
    let after: Vec<u8> = before.iter().copied().chain([0, 0x82, 0x18, 1, b'x']).chain(noise).collect();
    let name = "wallet-00000000000000ff.wasm";
    fs::write(file.with_file_name(name), &after)?;
    let url = format!("/fragments/wallet/{name}");
    let mut twin = Vec::new();
    brotli::BrotliCompress(&mut after.as_slice(), &mut twin, &brotli::enc::BrotliEncoderParams::default())?;
    fs::write(file.with_file_name(format!("{name}.br")), &twin)?;
    scene.floor.edit("wallet", |release: &mut Value| {
        release["wasm"]["url"] = url.clone().into();
        release["wasm"]["sha384"] = STANDARD.encode(Sha384::digest(&after)).into();
        release["wasm"]["size"] = after.len().into();
        release["version"] = "9.9.9-00000000".into();
        Ok(())
    })?;
    let held = format!(":{}:", STANDARD.encode(Sha256::digest(&before)));
    until("the gateway has what differs", PATIENCE, || async {
        // Whoever looks lets it look at the floor as well.
        reqwest::get(format!("{}/manifest.json", scene.floor.url())).await?;
        let request = reqwest::Client::new().get(format!("{}{url}", scene.floor.url()));
        let reply = request.header("accept-encoding", "dcz").header("available-dictionary", &held).send().await?;
        Ok(reply.headers().get("content-encoding").is_some_and(|it| it == "dcz").then_some(()))
    })
    .await?;
    Ok((url, full.max(twin.len() as u64)))
}

/// Chromium says what it holds, and loads little.
#[tokio::test]
async fn after_a_release_chromium_loads_what_differs() -> Result<()> {
    play("delta", Options::default(), (1440, 900), async |scene| {
        scene.open("/").await?;
        // An open page would load it by itself.
        scene.browser.open(&format!("{}/manifest.json", scene.floor.url())).await?;
        let (url, full) = changed_wallet(scene).await?;
        asked(scene).await?;
        scene.open("/").await?;
        let loaded = asked(scene).await?;
        let files: Vec<_> = loaded.iter().filter(|one| one.path.starts_with("/fragments/")).collect();
        ensure!(files.len() == 1 && files[0].path == url, "only what has changed: {loaded:#?}");
        let (encoding, bytes) = (&files[0].encoding, files[0].bytes);
        println!(
            "figure: the changed binary of the wallet takes {bytes} bytes with its headers, of {full}; {encoding}"
        );
        ensure!(encoding == "dcz" && bytes * 5 <= full, "{encoding}, {bytes} bytes of {full}");
        scene.open("/").await?;
        let again = asked(scene).await?;
        ensure!(!again.iter().any(|one| one.path.starts_with("/fragments/")), "it is held: {again:#?}");
        scene.sign_in_demo().await?;
        Ok(())
    })
    .await
}

/// Firefox says nothing of dictionaries, and gets the whole file as brotli.
#[tokio::test]
async fn after_a_release_firefox_loads_the_whole_file() -> Result<()> {
    play_in(Engine::Firefox, "delta_firefox", Options::default(), (1440, 900), async |scene| {
        scene.open("/").await?;
        let (url, _) = changed_wallet(scene).await?;
        scene.open("/").await?;
        let script = "const { encodedBodySize, decodedBodySize } =
                performance.getEntriesByName(new URL(arguments[0], location)).at(-1);
            return [encodedBodySize, decodedBodySize]";
        let sizes = scene.browser.run(script, vec![url.clone().into()]).await?;
        let path = scene.floor.path(&format!("floor{url}"));
        let [plain, brotli] = ["", ".br"].map(|suffix| fs::metadata(format!("{}{suffix}", path.display())));
        ensure!(sizes == serde_json::json!([brotli?.len(), plain?.len()]), "{sizes}");
        scene.sign_in_demo().await?;
        Ok(())
    })
    .await
}
