// What a page has in addition when its developer inspects it: see gateway/src/registry/inspect. No other page has a
// byte of this. It stands in the page itself, before anything that it watches has begun.
//
// It remembers what has become of the slots, knows of each copy what it is made of, shows which builds are not
// everybody's, and loads the inspector when that is opened. Until then nothing listens to what fragments say. It
// decides nothing and changes no word.
{
  const LINES = 500;
  const PUBLISH = 0;
  /** Whoever publishes what comes over the event stream. */
  const SERVER = 'server';
  /** In the version of what is in this browser only. */
  const MARK = '+local.';

  const put = (list, line) => {
    list.push(line);
    if (list.length > LINES) list.shift();
  };

  const inspection = croupier.inspection = {
    mark: MARK,
    /** What has become of the slots, newest last. */
    transitions: [],
    /** Of what runs in a slot, by the slot's name: what it says with, its memory, its fuel. */
    copies: new Map(),
    /** Whose code has which address, as stacks have it. */
    sources: new Map(),
    /** The inspector's ear, while it is open. */
    hear: undefined,
  };
  croupier.manifestAt = '/api/inspect/manifest';

  document.addEventListener('croupier:transition', ({ detail }) => {
    put(inspection.transitions, { at_ms: Date.now(), ...detail });
  });
  document.addEventListener('croupier:swap', ({ detail: { slot, fragment, from, to, ms } }) => {
    put(inspection.transitions, { at_ms: Date.now(), slot, fragment, version: to, from: 'swap', to: 'swap', cause: `${from} made room`, ms });
  });

  // Whose memory it is that is being made.
  let making;
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, given) {
      const made = Reflect.construct(target, given);
      if (making) making.memory = made.exports.memory;
      return made;
    },
  });

  /** Notes how much of a tank is used up whenever the page fills it again. */
  const metered = (app, copy) => {
    const { fuel } = app;
    if (!fuel) return app;
    copy.peak = 0;
    const meter = {
      get value() { return fuel.value; },
      set value(full) {
        if (copy.full !== undefined) {
          copy.used = copy.full - fuel.value;
          copy.peak = Math.max(copy.peak, copy.used);
        }
        fuel.value = copy.full = full;
      },
    };
    return Object.create(app, { fuel: { value: meter } });
  };

  const watched = (code, copy) => {
    const { module } = code;
    if (!module?.instantiate) return code;
    const instantiate = (wasm) => {
      making = copy;
      try {
        return metered(module.instantiate(wasm), copy);
      } finally {
        making = undefined;
      }
    };
    return { ...code, module: { instantiate } };
  };

  const { instance, stream, admit } = croupier;
  croupier.instance = (slot, code, number, view, path, table, ask) => {
    const { slot: name, fragment } = slot.dataset;
    const copy = { ask, fuel: code.fuel };
    if (code.url) inspection.sources.set(code.url, fragment);
    const tapped = (what, words) => {
      const { hear } = inspection;
      if (!hear || what != PUBLISH) return ask(what, words);
      const [topic, payload] = words;
      try {
        const answer = ask(what, words);
        hear(topic, payload, name);
        return answer;
      } catch (error) {
        hear(topic, payload, name, `${error}`);
        throw error;
      }
    };
    const made = instance(slot, watched(code, copy), number, view, path, table, tapped);
    inspection.copies.set(name, copy);
    const { cut } = made;
    made.cut = () => {
      if (inspection.copies.get(name) == copy) inspection.copies.delete(name);
      cut();
    };
    return made;
  };
  croupier.stream = (after, topics, hear) => stream(after, topics, (topic, words) => {
    if (words) inspection.hear?.(topic, words[0], SERVER);
    return hear(topic, words);
  });

  // Under `strict-dynamic` only what is inserted by a script that is trusted is trusted as well.
  let loading;
  const load = () => loading ??= new Promise((onload, onerror) => {
    const script = document.createElement('script');
    Object.assign(script, { type: 'module', src: '{{inspector}}', onload, onerror });
    document.head.append(script);
  });
  const toggle = async () => {
    await load();
    inspection.toggle();
  };
  addEventListener('keydown', (event) => {
    if (event.code != 'KeyI' || !event.ctrlKey || !event.altKey || event.repeat) return;
    event.preventDefault();
    toggle();
  });

  /** Fragments that are not everybody's here: those of the manifest, and whatever still runs. */
  const overridden = ({ fragments }) => {
    const found = new Map(fragments.filter(({ version }) => version.includes(MARK)).map(({ name, version }) => [name, version]));
    for (const { dataset: { fragment, version } } of document.querySelectorAll(`[data-version*="${MARK}"]`)) {
      if (!found.has(fragment)) found.set(fragment, version);
    }
    return found;
  };
  inspection.remove = async (fragment) => {
    const reply = await fetch(`/api/inspect/overrides/${fragment}`, { method: 'DELETE' });
    if (!reply.ok) croupier.log('warn', `inspect: ${fragment} can't be given back: ${reply.status}`);
  };

  let badge;
  const flag = (manifest) => {
    if (!badge) return;
    const found = overridden(manifest);
    badge.host.hidden = !found.size;
    badge.words.textContent = [...found].map(([name, version]) => `${name} ${version}`).join(', ');
    badge.button.onclick = () => {
      for (const name of found.keys()) inspection.remove(name);
      // The button goes with them.
      document.getElementById('title').focus();
    };
  };
  const make = () => {
    const host = document.createElement('aside');
    host.lang = 'en';
    host.ariaLabel = 'Local builds';
    const root = host.attachShadow({ mode: 'open' });
    const style = new CSSStyleSheet();
    style.replaceSync(`
      :host { position: fixed; inset-block-start: .5rem; inset-inline: 0; z-index: 2147483646; inline-size: fit-content; max-inline-size: calc(100% - 1rem); margin: 0 auto; }
      :host([hidden]) { display: none; }
      p { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; margin: 0; padding: .375rem .75rem; border-radius: .5rem; background: #ffc44d; color: #1d1300; font: 600 .8125rem/1.4 system-ui, sans-serif; overflow-wrap: anywhere; }
      button { min-block-size: 1.75rem; padding: 0 .625rem; border: 1px solid #1d1300; border-radius: .375rem; background: none; color: inherit; font: inherit; cursor: pointer; }
      button:focus-visible { outline: 3px solid #1d1300; outline-offset: 2px; }
    `);
    root.adoptedStyleSheets = [style];
    const line = document.createElement('p');
    const words = document.createElement('span');
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', textContent: 'Remove' });
    line.append('Local build in this browser:', words, button);
    root.append(line);
    document.body.append(host);
    badge = { host, words, button };
  };
  croupier.admit = async (text, seal) => {
    const manifest = await admit(text, seal);
    // What follows from it, follows in this turn.
    setTimeout(flag, 0, manifest);
    return manifest;
  };
  for (const event of ['croupier:transition', 'croupier:swap']) {
    document.addEventListener(event, () => flag(croupier.opening().manifest));
  }

  document.addEventListener('DOMContentLoaded', () => {
    make();
    flag(JSON.parse(document.getElementById('manifest').textContent));
    if (new URLSearchParams(location.search).has('inspect')) toggle();
  });
}
