use super::*;

/// What a module reaches, as `grant: name`.
fn reached(code: &str) -> Vec<String> {
    let reaches = audit(code).unwrap().reaches;
    reaches.into_iter().map(|reach| format!("{}: {}", reach.grant, reach.name)).collect()
}

#[test]
fn globals_are_found_by_scope_and_not_by_their_letters() {
    assert_eq!(reached("fetch('/x')"), ["network: fetch"]);
    assert_eq!(reached("const a = fetch; a('/x')"), ["network: fetch"]);
    for own in [
        "function fetch() {} fetch()",
        "export function mount(fetch) { return fetch('/x'); }",
        "const text = 'fetch(1)'; // fetch(2)",
        "const own = { fetch: 1, WebSocket() {} };",
        "if (typeof fetch === 'function') {}",
    ] {
        assert_eq!(reached(own), Vec::<String>::new(), "{own}");
    }
}

#[test]
fn the_ways_around_a_name_lead_to_it() {
    for (code, found) in [
        ("window.fetch('/x')", "network: fetch"),
        ("globalThis['fetch']('/x')", "network: fetch"),
        ("self[`localStorage`]", "storage: localStorage"),
        ("document.cookie = 'a=b'", "storage: .cookie"),
        ("const d = document; d?.cookie", "storage: .cookie"),
        ("const { cookie: c } = document", "storage: .cookie"),
        ("let cookie; ({ cookie } = document)", "storage: .cookie"),
        ("let c; ({ cookie: c } = document)", "storage: .cookie"),
        ("function f(e) { return e.localStorage }", "storage: .localStorage"),
        ("navigator.sendBeacon('/x')", "network: .sendBeacon"),
        ("new WebSocket('wss://x')", "websocket: WebSocket"),
        ("eval('1')", "eval: eval"),
        ("new Function('return 1')()", "eval: Function()"),
        ("Function('return 1')", "eval: Function()"),
        ("import('./x.js')", "modules: import()"),
        ("window.open('/x')", "window: open"),
        ("function f(e) { e.open('/x') }", "window: .open"),
        ("window[x]; var x", "window: window[…]"),
        ("document[x]; var x", "window: document[…]"),
        ("const w = window", "window: window"),
        ("f(globalThis); function f() {}", "window: globalThis"),
        ("document.defaultView", "window: .defaultView"),
        ("history.pushState(1, '', '/x')", "navigation: .pushState"),
        ("document.write('x')", "document-write: .write"),
        ("alert(1)", "dialogs: alert"),
        ("new SharedWorker('x')", "workers: SharedWorker"),
        ("navigator.clipboard.readText()", "clipboard: .clipboard"),
    ] {
        assert!(reached(code).contains(&found.to_owned()), "{code}: {:?}", reached(code));
    }
}

#[test]
fn what_every_fragment_does_is_plain() {
    let code = "const p = document.createElement('p'); const own = { open: true };
        class Dialog { open() {} show() { this.open(); this.write(1) } write() {} }
        p.textContent = new Intl.NumberFormat('de').format(1); p instanceof HTMLElement; own.open;
        setTimeout(() => { console.log(performance.now(), crypto.randomUUID()); }, 1);
        function f(x) { return x instanceof Function && x.parent && x.top && new MouseEvent('click') }";
    assert_eq!(reached(code), Vec::<String>::new());
}

#[test]
fn what_no_table_knows_is_granted_by_its_own_name() {
    assert_eq!(reached("Vendor.init()"), ["Vendor: Vendor"]);
    let module = audit("Vendor.init(); fetch('/x')").unwrap();
    let missing = |grants: &[&str]| {
        let grants: Vec<String> = grants.iter().map(ToString::to_string).collect();
        ungranted(&module, &grants).map(|reach| reach.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(missing(&["Vendor"]), ["fetch"]);
    assert_eq!(missing(&["network"]), ["Vendor"]);
    assert_eq!(missing(&["network", "Vendor"]), Vec::<String>::new());
}

#[test]
fn a_module_says_what_it_exports_and_imports() {
    let module =
        audit("import a from './a.js'; export function mount() { a() } const x = 1; export { x as y }").unwrap();
    assert_eq!(module.exports.into_iter().collect::<Vec<_>>(), ["mount", "y"]);
    assert_eq!(module.imports.into_iter().collect::<Vec<_>>(), ["./a.js"]);
    assert!(audit("export function (").unwrap_err().to_string().starts_with("the entry module is no JavaScript"));
}

#[test]
fn an_outcome_reads_back_as_it_was_written() {
    for code in ["export function mount() { fetch('/x') }", "import './a.js'", "{"] {
        let outcome = audit(code);
        let written = serde_json::to_string(&outcome).unwrap();
        assert_eq!(serde_json::from_str::<Result<Module, AuditError>>(&written).unwrap(), outcome, "{code}");
    }
}
