//! What a page is told by: a registry that signs, in the page itself.

use shell::edge::page::Shell;
use std::rc::Rc;

use super::support::{fresh_page, literal, open, run};

/// A registry that signs, and releases of fragments: `world.publish()` is what the server's event makes of it.
const REGISTRY: &str = "
    const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
    const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    const trusted = { own: base64(await crypto.subtle.exportKey('raw', pair.publicKey)) };
    let serial = Date.now();
    const issue = async () => {
        const times = { issued_at_ms: Date.now(), expires_at_ms: Date.now() + 3600e3 };
        const text = JSON.stringify({ ...world.manifest(), serial: ++serial, content: `${serial}`, ...times });
        return [text, base64(await crypto.subtle.sign('Ed25519', pair.privateKey, new TextEncoder().encode(text)))];
    };
    Object.assign(world, {
        async release(name, version, script, more = {}) {
            world.fragments = world.fragments.filter((one) => one.name != name);
            await world.add(name, script, more);
            world.fragments.at(-1).version = version;
        },
        async serve(change = (text) => text) {
            const [text, signature] = await issue();
            world.files['/manifest.json'] = change(text);
            world.headers['/manifest.json'] = { 'x-croupier-seal': `own ${signature}`, etag: `\"${serial}\"` };
        },
        async publish(change) {
            await world.serve(change);
            await world.renew(0).catch(({ message }) => world.seen.push(message));
        },
        // What the page opens with.
        async opening() {
            const [text, signature] = await issue();
            document.getElementById('seal')?.remove();
            document.body.insertAdjacentHTML('beforeend', '<script type=\"application/json\" id=\"seal\"></script>');
            const seal = document.getElementById('seal').textContent = JSON.stringify({ key: 'own', signature, trusted });
            await croupier.admit(text, seal);
            const script = new Blob([world.swapScript], { type: 'text/javascript' });
            world.swapAt = URL.createObjectURL(script);
            Object.assign(world, await import(world.swapAt));
        },
        asks: () => world.fetched.map(([url]) => String(url)).filter((url) => url.startsWith('/manifest.json')),
        swapped: (name, version) => world.until_true(() => {
            const { version: shown, state } = world.slot(name).dataset;
            return shown == version && state == 'mounted';
        }, `${name} ${version} is mounted`),
        // What runs in a slot is asked whether it may go for as long as it may not: twice from now on, so that it has
        // stayed once.
        async asked(name) {
            const { copy } = world.slot(name);
            const { waits } = copy;
            let asks = 0;
            copy.waits = () => {
                asks += 1;
                return waits();
            };
            await world.until_true(() => asks > 1, `${name} is asked again`);
            copy.waits = waits;
        },
        // What is to follow is being loaded by the time that it is published; nothing can follow without.
        loads: (name) => world.fetched.filter(([url]) => String(url).startsWith(`/fragments/${name}/`)).length,
    });";

/// A page that has mounted what a script adds to `world`.
pub(crate) async fn page(slots: &[&str], add: &str) -> Rc<Shell> {
    fresh_page(slots).await;
    run(REGISTRY).await;
    let script = literal(include_str!("../../page/swap.mjs"));
    run(&format!("world.swapScript = {script}; {add}; await world.opening()")).await;
    let shell = open("/").await;
    shell.watch_manifests();
    run("for (const { slots: [{ name }], killed } of world.fragments) await world.until(name, killed ? 'blocked' : 'mounted')").await;
    shell
}
