//! A wallet on a page, against a host of plain JavaScript. Texts show their ids, because the catalogue is empty:
//! what is asserted holds in every language.

#![allow(dead_code)] // each test file uses a part of it

#[path = "../../../../shared/fragment/tests/support/mod.rs"]
mod support;

pub(crate) use support::{FakeHost, hook, settle};
use web_sys::{Element, HtmlElement};

/// Answers as the gateway does, unless `host.mode` says otherwise.
pub(crate) const SETUP: &str = "
    host.messages = {};
    host.publish = function (topic) { this.published.push(topic); };
    host.published = [];
    host.cash = 10000; host.held = 0; host.holds = false; host.version = 5; host.mode = 'ok'; host.entries = [];
    host.balance = () => ({ currency: 'EUR', cash_minor: host.cash, held_minor: host.held,
        bonus_minor: 250, version: host.version, as_of_ms: 1 });
    host.entry = (kind, cash_minor) => ({
        id: String(host.version), version: host.version, kind, cash_minor, held_minor: 0, bonus_minor: 0, currency: 'EUR',
        cash_after_minor: host.cash, bonus_after_minor: 250, reference: null, at_ms: Date.now(),
    });
    host.session = {
        version: 1, currency: 'EUR', started_at_ms: null, ends_at_ms: null, net_minor: 0, open_bets: 0, check_at_ms: null,
        check_due: false, now_ms: 1000000 };
    host.block = { version: 1, until_ms: null, self_excluded: false, now_ms: 1000000 };
    host.allowance = null;
    host.playing = (path) => {
        if (path === '/api/limits/session') return { session: host.session, block: host.block, deposit: host.allowance };
        const { check_due, version } = host.session;
        return host.session = { ...host.session, check_due: false, version: version + check_due };
    };
    host.problem = (status, code, field = null) =>
        ({ status, body: { type: '/problems/' + code, title: code, status, detail: code, field } });
    host.answer = async ({ method, path, body }) => {
        if (host.mode === 'down') return host.problem(503, 'unavailable');
        if (host.mode === 'lost' && method === 'POST') throw Object.assign(new Error(), { name: 'Timeout' });
        if (host.mode === 'wrong') return host.problem(401, 'wrong-credentials');
        if (host.mode === 'ended') return host.problem(401, 'signed-out');
        if (path.startsWith('/api/limits/')) return { status: 200, body: host.playing(path) };
        if (path.startsWith('/api/identity/')) return { status: 200, body: { player: null, csrf_token: null } };
        if (path === '/api/wallet/balance') return { status: 200, body: host.balance() };
        if (path.startsWith('/api/wallet/history')) return { status: 200, body: {
            entries: host.entries, next_before: null, total_in_minor: 0, total_out_minor: 0, currency: 'EUR' } };
        const sign = path === '/api/wallet/deposits' ? 1 : -1;
        host.cash += sign * body.amount_minor; host.version += 1;
        const entry = host.entry(sign > 0 ? 'deposit' : 'withdrawal', sign * body.amount_minor);
        if (host.holds) { host.held += body.amount_minor; entry.held_minor = body.amount_minor; }
        return { status: 201, body: { entry, balance: host.balance() } };
    };";

pub(crate) const PLAYER: &str = "{ player: { id: 'p1', name: 'Ada', demo: true } }";
pub(crate) const VISITOR: &str = "{ player: null }";

/// A mounted wallet.
pub(crate) struct Page(pub(crate) FakeHost);

impl Page {
    pub(crate) async fn open(view: &str, session: &str) -> Self {
        let mut host = FakeHost::new();
        host.run(&format!("{SETUP} host.props.view = '{view}';"));
        host.mount(wallet::open);
        host.deliver("session.changed", session);
        settle().await;
        Self(host)
    }

    pub(crate) fn find(&self, name: &str) -> Option<Element> {
        self.0.find(&hook(name))
    }

    pub(crate) fn at(&self, name: &str) -> HtmlElement {
        self.0.at(&hook(name))
    }

    pub(crate) fn count(&self, name: &str) -> u32 {
        self.0.root().query_selector_all(&hook(name)).unwrap().length()
    }

    pub(crate) async fn press(&self, name: &str) {
        self.0.press(&hook(name)).await;
    }

    pub(crate) async fn type_in(&self, name: &str, text: &str) {
        self.0.type_in(&hook(name), text).await;
    }

    pub(crate) fn commands(&self) -> Vec<String> {
        self.0.calls("request").into_iter().filter(|request| request.contains("\"POST\"")).collect()
    }

    pub(crate) fn minor(&self) -> String {
        self.at("balance").get_attribute("data-minor").unwrap_or_default()
    }
}
