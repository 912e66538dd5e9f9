// What the shell asks of the browser, in the steps that Wasm can't express (`import()`) or that are
// a line here and a kilobyte there. Nothing in here decides: what to load, who may say what and what
// becomes of a failure is Rust's.
{
  const page = document.documentElement;
  const parsed = new Promise((done) => addEventListener('DOMContentLoaded', done));
  const javascript = { type: 'text/javascript' };
  const decode = (bytes) => new TextDecoder().decode(bytes);
  const text = (id) => document.getElementById(id)?.textContent;
  const json = (id) => JSON.parse(text(id));
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const props = (view, path, table) => ({ view, path, params: table ? { table } : {} });

  const element = (tag, name, parent, text = '') => {
    const made = document.createElement(tag);
    made.className = name;
    made.textContent = text;
    parent.append(made);
    return made;
  };

  // Under `strict-dynamic` a script that is trusted by its hash and was put here by the parser hands
  // that trust on only to scripts that it inserts itself. So one is inserted to do the importing.
  const importer = new Promise((ready, failed) => {
    const script = element('script', '', document.head);
    script.type = 'module';
    script.onload = () => ready(croupier.import);
    script.onerror = failed;
    script.src = URL.createObjectURL(new Blob(['croupier.import=(u)=>import(u)'], javascript));
  });
  // The module that imports has no address that a path could belong to.
  const importModule = async (url) => (await importer)(new URL(url, location).href);

  // While code of a fragment runs in the page, its name stands in the storage, apart from those of other pages.
  // One that stands there for longer than any of it may take is of a page that hangs or has died: its release is
  // not run again before somebody asks for it.
  const TURN = 'croupier.turn';
  const OWN_TURN = TURN + Math.random();
  const LONGEST_TURN = 2e3;
  const stored = (key) => { try { return localStorage[key]; } catch { /* the player keeps nothing */ } };
  const store = (key, value) => {
    // A storage may be closed or full.
    try { value ? localStorage.setItem(key, value) : localStorage.removeItem(key); } catch { /* then so be it */ }
  };
  const bar = ({ name, version }) => `croupier.quarantine.${name} ${version}`;
  try {
    for (const key in localStorage) {
      const [name, version, since] = key.startsWith(TURN) ? stored(key).split(' ') : [];
      if (Date.now() - since > LONGEST_TURN) {
        store(bar({ name, version }), since);
        store(key);
      }
    }
  } catch { /* there is none */ }
  let turn;
  const endTurn = () => {
    turn = undefined;
    store(OWN_TURN);
  };
  const takeTurn = ({ fragment, version, placement }) => {
    // Once for all that it does in one go.
    const whose = `${fragment} ${version}`;
    if (placement != 'document' || turn == whose) return;
    turn = whose;
    store(OWN_TURN, `${whose} ${Date.now()}`);
    setTimeout(endTurn);
  };
  // A page that can say good-bye does not hang.
  addEventListener('pagehide', endTurn);
  document.addEventListener('visibilitychange', endTurn);
  for (const event of ['click', 'input', 'change', 'keydown', 'submit']) {
    addEventListener(event, ({ target }) => {
      const slot = target.closest?.('[data-slot]');
      if (slot) takeTurn(slot.dataset);
    }, true);
  }

  // What the player has typed into is not taken away from them: see swap.mjs.
  addEventListener('input', (event) => { event.composedPath()[0].typed = true; }, true);

  const SILENCE = 12e3;

  // Whatever counts its loops may run on for as long as the page gets to run as well. One that nobody sees
  // does so once a minute, while what arrives has to be worked off, and blocks nobody: its tanks are full.
  const tanks = new Set();
  const refillAll = () => { for (const refill of tanks) refill(); };
  setInterval(refillAll, 100);
  document.addEventListener('visibilitychange', refillAll);

  // Where a copy of a fragment runs is one of two kinds. Both take what `tell(what, words)` hands to
  // the shell, whose numbers are those of host.rs, and leave nothing behind.

  // An element and a shadow root of its own, so that what an earlier copy left on its own is gone.
  const inDocument = (slot, code, facts, tell, signal) => {
    const home = element('div', 'mount', slot);
    const shadow = home.attachShadow({ mode: 'open' });
    if (code.sheet) shadow.adoptedStyleSheets = [code.sheet];
    // Whoever hears it runs at once; then it is this one's turn again.
    const say = (what) => (...words) => {
      tell(what, words);
      begin();
    };
    let app;
    let handle;
    // Where its stack pointer stands while nothing of it runs.
    let rest;
    // Where nobody sees the page, the timer that ends a turn waits for up to a second, in which the browser may well
    // end the page. What a player does there, they see.
    const begin = () => { if (!document.hidden) takeTurn(slot.dataset); };
    const refill = () => { if (app.fuel) app.fuel.value = document.hidden ? 2 ** 31 - 1 : code.fuel; };
    let host = {
      ...facts, messages: code.messages, root: element('div', 'root', shadow), signal,
      publish: say(0), navigate: say(4), report: say(5), fail: say(6),
      subscribe(topic, handler) {
        // What is no function, the shell refuses.
        const hear = typeof handler == 'function' ? (payload) => { begin(); return handler(payload); } : handler;
        const id = tell(1, [topic, hear]);
        return () => { tell(2, [id]); };
      },
      request: (request) => tell(3, [request])?.finally(begin) ?? new Promise(() => {}),
    };
    return {
      async mount() {
        begin();
        const { module, wasm } = code;
        const instantiate = () => module.instantiate ? module.instantiate(wasm) : module;
        try {
          app = instantiate();
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          // No room for its memory: what ended has kept its own until the browser cleans up.
          await new Promise((done) => setTimeout(done, 200));
          if (signal.aborted) return;
          app = instantiate();
        }
        rest = app.stack?.value;
        refill();
        tanks.add(refill);
        const { props } = host;
        handle = app.mount(host);
        // It may have led the player elsewhere, even to where it is not wanted any more.
        if (host && host.props != props) handle?.update?.(host.props);
      },
      update(props) {
        begin();
        if (handle) handle.update?.(props);
        else host.props = props;
      },
      // What it leaves to its successor, or that it leaves that to the shell: see swap.mjs.
      snapshot() {
        begin();
        return handle?.snapshot ? [handle.snapshot()].filter((left) => left != null) : shadow;
      },
      unmount: () => { handle?.unmount(); },
      app: () => app,
      died: () => app?.stack?.value != rest,
      remove() {
        tanks.delete(refill);
        home.remove();
        app = handle = host = code = undefined;
      },
    };
  };

  // A frame's page and process come up while its files, and at the start the shell's, are on their way.
  const warm = (slot, site) => {
    const frame = slot.frame = document.createElement('iframe');
    frame.ready = new Promise((ready) => { frame.onload = ready; });
    Object.assign(frame, {
      className: 'frame', sandbox: 'allow-scripts allow-forms', allow: 'autoplay; fullscreen', title: slot.ariaLabel, src: `${site}/frame`,
    });
    slot.append(frame);
  };
  const warmAll = () => {
    for (const { site, slots, killed } of manifest.fragments) {
      for (const { name, routes } of site && !killed ? slots : []) {
        const slot = document.querySelector(`[data-slot=${name}]`);
        if (slot && !routes.length) warm(slot, site);
      }
    }
  };

  // Nothing that the manifest names is touched before it is known to be good: see manifest.js. All of it is in the
  // page already, so this is over long before the shell has arrived.
  const SEEN = 'croupier.manifest';
  let manifest;
  const admit = async (text, seal) => {
    const now = Date.now();
    manifest = await croupier.accept(text, seal, stored(SEEN), now);
    store(SEEN, croupier.remember(manifest, stored(SEEN), now));
    return manifest;
  };
  const adopt = async () => {
    await parsed;
    try {
      await admit(text('manifest'), text('seal'));
    } catch (error) {
      page.dataset.shell = 'refused';
      throw error;
    }
    warmAll();
  };
  // What follows from a newer one is loaded once there may be one. Older browsers never load again what they once failed
  // to, by that address.
  let swap;
  let follow;
  const renew = async (after) => {
    try {
      await (follow ??= (await importModule(swap)).renew)(after);
    } catch (error) {
      if (!follow) swap += '#';
      croupier.log('warn', `${error}`);
    }
  };

  // The frame that `warm` has made, and a port to what runs in it: frame.mjs, the other end of all this.
  // Nothing that comes from there is believed: it can say what a host's method can, and how tall it is.
  const inFrame = (slot, { files, fuel }, facts, tell) => {
    const { frame } = slot;
    slot.frame = undefined;
    const { port1: port, port2 } = new MessageChannel();
    const say = (...words) => port.postMessage(words);
    const look = () => ({ lang: page.lang, dir: page.dir, theme: page.dataset.theme });
    const watch = new MutationObserver(() => say('look', look()));
    const subscriptions = new Map();
    let patience = 0;
    let left;
    return {
      mount: () => new Promise((mounted) => {
        port.onmessage = async ({ data }) => {
          const [what, words, id] = Array.isArray(data) ? data : [];
          if (what == 9) return mounted();
          if (what == 12) return left?.(words);
          try {
            // The browser lets it happen once for each click of the player's. "//host" would leave the origin, and so
            // would a path that begins like this.
            if (what == 11 && /^\/(?!\/)/.test(words)) open(location.origin + new URL(words, location).pathname, '_blank', 'noopener');
            if (what == 10) frame.style.blockSize = `${Math.min(words, 3e4)}px`;
            if (what == 1) words[1] = (payload) => say(id, payload);
            const answer = await tell(what, what == 2 ? [subscriptions.get(id)] : words);
            if (what == 1) subscriptions.set(id, answer);
            else if (what == 2) subscriptions.delete(id);
            else if (what == 3) say(id, answer);
          } catch ({ name, message }) {
            say(id, undefined, { name, message });
          }
        };
        frame.ready.then(() => {
          // Whatever it shows now is not what it was given.
          frame.onload = () => tell(7, ['it has left its page']);
          watch.observe(page, { attributes: true });
          // A sandboxed page has no origin to name. Which pages can be here, the page's policy says.
          frame.contentWindow.postMessage({ facts, files, fuel, look: look(), title: frame.title }, '*', [port2]);
        });
      }),
      // A page that nobody sees may be slow, and so may its frames.
      ping: () => { document.hidden ? tell(8) : say('ping'); },
      update: (props) => say('update', props),
      snapshot: () => new Promise((told) => {
        left = told;
        say('snapshot');
      }),
      // What is on its way is not even delivered.
      hush: () => port.close(),
      unmount() {
        say('unmount');
        patience = 100;
      },
      remove() {
        watch.disconnect();
        // Its picture stays until there is another one.
        if (slot.keep?.(frame)) return;
        // As for the eye and the reader it is gone at once; what takes its leave may do it.
        frame.style.display = 'none';
        setTimeout(() => { frame.remove(); port.close(); }, patience);
      },
    };
  };

  Object.assign(croupier, {
    // One running copy of a fragment. `ask` is the shell's one ear for all of the host's methods.
    instance(slot, code, number, view, path, table, ask) {
      const { fragment: name, slot: place } = slot.dataset;
      const instance = slot.dataset.instance = `${place}-${number}`;
      const controller = new AbortController();
      const { signal } = controller;
      const facts = {
        abi: 1, name, instance, locale: page.lang, theme: page.dataset.theme, props: props(view, path, table),
        restored: slot.restored ?? null,
      };
      // Whoever comes after this one has crashed begins without.
      slot.restored = undefined;
      // After the end every method does nothing, and a promise never settles; after its last words as
      // well, so that a flood costs no more than its delivery.
      let hushed = false;
      let waiting = 0;
      const tell = (what, words) => {
        if (hushed || signal.aborted) return;
        const answer = ask(what, words);
        if (what == 3) {
          const done = () => { waiting--; };
          waiting++;
          answer?.then(done, done);
        }
        return answer;
      };
      const copy = (code.files ? inFrame : inDocument)(slot, code, facts, tell, signal);
      return slot.copy = {
        ...copy, signal,
        waits: () => waiting,
        // What was running when it trapped never gave its part of the stack back.
        died: () => !!copy.died?.(),
        why: (thrown) => croupier.why(copy.app?.(), thrown),
        update: (view, path, table) => copy.update(props(view, path, table)),
        hush() {
          hushed = true;
          copy.hush?.();
        },
        cut() {
          controller.abort();
          copy.remove();
          slot.copy = undefined;
        },
      };
    },

    async start(glue, wasm, later, counting) {
      swap = later;
      // What nobody waits for.
      setTimeout(() => importModule(counting).catch(() => { croupier.passed = undefined; }), 3e3);
      // A link of the parser's would not be trusted either.
      Object.assign(element('link', '', document.head), { href: glue, rel: 'modulepreload' });
      try {
        const [module] = await Promise.all([importModule(glue), adopt()]);
        await module.default({ module_or_path: wasm });
      } catch (error) {
        page.dataset.shell ??= 'failed';
        throw error;
      }
    },

    // The changes of slots' states until somebody listens.
    passed: [],
    opening: () => ({ manifest, path: location.pathname }),
    // For swap.mjs: what it is about, and how a slot is given what a newer manifest puts there.
    admit, warm,
    furnishing: (furnish) => { croupier.furnish = furnish; },

    // The files of a release that this page needs: entry, Wasm, style, catalogue.
    needed: ({ entry, wasm, style, messages }) =>
      [entry, wasm, style, (messages.find(({ locale }) => locale == page.lang) ?? messages[0])?.file],

    // All at once, and as the page's preloads ask for them. In place of what there is not, nothing.
    load: (needed, fresh, ms) => Promise.all(needed.map(async (file) => {
      if (!file) return;
      const { url } = file;
      const reply = await fetch(url, { signal: AbortSignal.timeout(ms), cache: fresh ? 'reload' : undefined });
      if (!reply.ok) throw new Error(`${url}: ${reply.status}`);
      return reply.arrayBuffer();
    })),

    // Where a file is from that is not what it should be; nothing if all are.
    wrong: async (files, needed) => {
      const wrong = await Promise.all((await files).map(async (bytes, index) => {
        if (!bytes) return;
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-384', bytes));
        const { sha384, url } = needed[index];
        return btoa(String.fromCharCode(...digest)) === sha384 ? undefined : `${url}`;
      }));
      return wrong.find((url) => url !== undefined);
    },

    // Of verified bytes. The URL names the release's code in stacks; once imported it is revoked.
    async assemble(loaded, { placement, limits }) {
      const files = await loaded;
      const fuel = limits.fuel_millions * 1e6;
      // A frame makes its own.
      if (placement == 'frame') return { files, fuel };
      const [entry, wasm, style, messages] = files;
      const url = URL.createObjectURL(new Blob([entry], javascript));
      try {
        const [module, compiled] = await Promise.all([importModule(url), wasm && WebAssembly.compile(wasm)]);
        const sheet = style && new CSSStyleSheet();
        sheet?.replaceSync(decode(style));
        return { url, fuel, module, wasm: compiled, sheet, messages: messages ? JSON.parse(decode(messages)) : {} };
      } finally {
        URL.revokeObjectURL(url);
      }
    },

    // Resolves to {status, body}; the body is parsed, or null where it is no JSON. Without a
    // fragment it is the shell's own request, which must be as plain as its preload.
    async send({ method, path, body, idempotencyKey, token: own }, fragment, token, signal, ms) {
      const options = { method, signal: AbortSignal.any([signal, AbortSignal.timeout(ms)].filter(Boolean)) };
      if (fragment) {
        const headers = options.headers = { 'accept-language': page.lang, 'x-croupier-fragment': fragment };
        if (own ?? token) headers['x-csrf-token'] = own ?? token;
        if (idempotencyKey) headers['idempotency-key'] = idempotencyKey;
        if (body !== undefined) {
          headers['content-type'] = 'application/json';
          options.body = JSON.stringify(body);
        }
      }
      const reply = await fetch(path, options);
      const text = await reply.text();
      let parsed = null;
      try { parsed = JSON.parse(text); } catch { /* an answer of somebody else's */ }
      return { status: reply.status, body: parsed };
    },

    // An earlier release is this one but for what it says of itself.
    // One that a page has died of as well is no way back.
    previous(entry) {
      const earlier = { ...entry, ...entry.previous };
      if (entry.previous && !croupier.is_quarantined(earlier)) return earlier;
    },

    is_quarantined: (entry) => entry.placement == 'document' && !!stored(bar(entry)),
    pardon: (entry) => store(bar(entry)),

    // Half a screen above and below counts as well: what is scrolled to should be there by then.
    sight(see) {
      const watch = new IntersectionObserver((changes) => {
        see(Object.fromEntries(changes.map(({ target, isIntersecting }) => [target.dataset.slot, isIntersecting])));
      }, { rootMargin: '50% 0px' });
      for (const slot of document.querySelectorAll('[data-slot]')) watch.observe(slot);
    },

    // What is said of a slot: whose it is.
    dress(slot, { name, version, placement, site }) {
      Object.assign(slot.dataset, { fragment: name, version, placement });
      slot.site = site;
    },

    object: (name, value) => ({ [name]: value }),

    stream(after, topics, hear) {
      const source = new EventSource(`/api/events${after ? `?after=${after}` : ''}`);
      // The server says something every five seconds. Of a connection on which nothing arrives any more, a
      // browser says nothing for minutes.
      let silent;
      const closed = () => {
        // Nobody would tell of it.
        renew();
        hear('closed');
      };
      const heard = () => {
        clearTimeout(silent);
        silent = setTimeout(() => {
          // By the shell, or by the server before.
          if (source.readyState == 2) return;
          source.close();
          closed();
        }, SILENCE);
      };
      heard();
      source.addEventListener('beat', heard);
      source.addEventListener('manifest', ({ data }) => {
        const { serial, after } = JSON.parse(data);
        // Edges that number by themselves may name a lower one; which one counts, the manifest says.
        if (serial != manifest.serial) renew(after);
      });
      for (const topic of [...topics, 'reset', 'signed-out']) {
        source.addEventListener(topic, ({ data, lastEventId }) => {
          heard();
          let payload;
          try { payload = JSON.parse(data); } catch { /* says itself that it is undefined */ }
          hear(topic, [payload, Number(lastEventId)]);
        });
      }
      source.onopen = () => {
        heard();
        hear('open');
      };
      source.onerror = () => source.readyState == 2 ? closed() : hear('lost');
      return source;
    },

    // Everything that follows a change of a slot's state, on the page.
    show(slot, from, to, cause, ms, busy) {
      const { slot: name, fragment, version, instance } = slot.dataset;
      slot.dataset.state = to;
      slot.ariaBusy = busy;
      const detail = { slot: name, fragment, version, instance, from, to, cause, ms };
      croupier.passed?.push(detail);
      document.dispatchEvent(new CustomEvent('croupier:transition', { detail }));
      if (!['mounting', 'mounted', 'degraded'].includes(to)) delete slot.dataset.instance;
      if (to == 'loading' && slot.dataset.placement == 'frame' && !slot.frame?.isConnected) warm(slot, slot.site);
      const hasFailed = ['restarting', 'failed', 'blocked'].includes(to);
      // It is not an instance's yet.
      if (hasFailed || to == 'idle') slot.frame?.remove();
      // A line in the console takes as long as mounting: whoever reads it can wait, the player should not.
      if (hasFailed) setTimeout(() => console.warn(`${name}: ${to}: ${cause}`));
    },

    // The fallback card: what happened, what still works, another try. It stands beside the dead
    // fragment's element. `balance` is what the player had when it was last known.
    card(slot, kind, balance, retry) {
      const what = ['unreachable', 'crashed', 'refused', 'off'][kind];
      const texts = json('messages');
      const card = element('div', 'card', slot);
      card.role = 'alert';
      element('h2', '', card, fill(texts['card-title'], { name: slot.ariaLabel }));
      element('p', '', card, texts[`card-${what}`]);
      element('p', 'muted', card, texts['card-rest']);
      if (balance) {
        const { currency, cash_minor, bonus_minor, as_of_ms } = balance;
        const money = new Intl.NumberFormat(page.lang, { style: 'currency', currency });
        const exponent = money.resolvedOptions().maximumFractionDigits;
        // As text: a float would lose cents.
        const amount = money.format(`${cash_minor + bonus_minor}e-${exponent}`);
        const time = new Intl.DateTimeFormat(page.lang, { dateStyle: 'medium', timeStyle: 'short' }).format(as_of_ms);
        element('p', 'balance', card, fill(texts['card-balance'], { amount, time }));
      }
      // Nothing that the player does would bring it back.
      if (what == 'off') return;
      const button = element('button', 'button', card, texts['card-retry']);
      button.type = 'button';
      button.onclick = () => {
        retry();
        document.getElementById('title').focus();
      };
    },

    // Of a card itself, what the player had.
    uncard(slot) { slot?.querySelector('.card, .balance')?.remove(); },

    // Shows a route: attributes for the styles, title, the navigation's current link.
    enter(name, tables, moved) {
      page.dataset.page = name;
      page.dataset.tables = tables;
      const title = json('messages')[`title-${name}`];
      document.title = `${title} · Croupier`;
      for (const link of document.querySelectorAll('.top [data-for]')) {
        link.ariaCurrent = link.dataset.for == name ? 'page' : null;
      }
      const heading = document.getElementById('title');
      heading.textContent = title;
      // So that a screen reader says where it is, and Tab goes on from there.
      if (moved) heading.focus();
    },

    push(path) {
      // Fails past a hundred calls in a few seconds; the page moves all the same.
      try { history.pushState(null, '', path); } catch { /* the address stays behind */ }
      scrollTo(0, 0);
    },

    // Calls `follow(path)` for each click on a link of this origin, inside shadow roots as well, and
    // `go(path)` when the browser moves through its history. True means that the shell takes it.
    routes(follow, go) {
      addEventListener('popstate', () => go(location.pathname));
      document.addEventListener('click', (click) => {
        if (click.button || click.ctrlKey || click.metaKey || click.shiftKey || click.altKey || click.defaultPrevented) return;
        const link = click.composedPath().find((node) => node.localName == 'a' && node.href);
        if (!link || link.target || link.download || link.origin != location.origin || link.hash) return;
        if (follow(link.pathname)) click.preventDefault();
      });
    },

    // Calls `blame(places, thrown)` for each uncaught error.
    errors(blame) {
      addEventListener('error', (event) => blame(`${event.error?.stack} ${event.filename}`, event.error));
      addEventListener('unhandledrejection', ({ reason }) => blame(`${reason?.stack}`, reason));
    },

    log: (level, text) => console[['error', 'warn'].includes(level) ? level : 'info'](text),
    error: (name, message) => Object.assign(new Error(message), { name }),
    // What ends at a bound of its own ends without a word.
    why(app, thrown) {
      const pages = app?.refused?.value;
      if (pages) return `out of memory: ${pages} pages refused`;
      return app?.fuel?.value < 0 ? 'ran on without a pause' : croupier.describe(thrown);
    },
    // What was thrown, in a line. An object may refuse even to be named.
    describe(thrown) { try { return String(thrown); } catch { return 'not an Error'; } },
    online(is) { document.getElementById('connection').hidden = is; },
    hidden: (slot) => !document.querySelector(`[data-slot=${slot}]`)?.checkVisibility({ visibilityProperty: true }),
  });
}
