// The page of a frame: runs one copy of a fragment far from the page that shows it, with a host object
// whose words go through a port. The other end is `inFrame` in edge.js.
//
// It has the authority of its fragment and no more: it decides nothing, and the shell believes nothing
// that comes from here. What it does check is whom it takes its code from.
const page = document.documentElement;

addEventListener('message', function begin({ data, source, origin, ports: [port] }) {
  // Whoever could put another window above this one could also send it code.
  if (source != parent || !page.dataset.origins.split(' ').includes(origin) || !port) return;
  removeEventListener('message', begin);
  run(data, port);
});
// Whoever made this frame knows by it that its page has come: see swap.mjs.
parent.postMessage(0, '*');

// The other half of the rim in slot.css. The page scrolls, never the frame.
const rim = new CSSStyleSheet();
rim.replaceSync(`
  html { overflow: hidden; -webkit-text-size-adjust: 100%; }
  body { margin: 0; padding: 1rem; color: var(--text); font: 400 var(--text-md) / 1.5 var(--font); }
  .mount { display: block; }
`);
document.adoptedStyleSheets = [rim];

const describe = (thrown) => { try { return String(thrown); } catch { return 'not an Error'; } };
const decode = (bytes) => new TextDecoder().decode(bytes);

const element = (name, parent) => {
  const made = document.createElement('div');
  made.className = name;
  parent.append(made);
  return made;
};

function look({ lang, dir, theme }) {
  Object.assign(page, { lang, dir });
  page.dataset.theme = theme;
}

async function run({ facts, files: [entry, wasm, style, messages], fuel, look: first, title }, port) {
  look(first);
  document.title = title;

  const report = (level, message) => { say(5, [level, message]); };
  // What hears an answer, by the number of its call. A refused word without a number is reported:
  // the call that it was has long returned.
  const ears = new Map([[0, (_, { message }) => report('warn', message)]]);
  let last = 0;
  // A value that can't be sent throws here, as it does in the document.
  const say = (what, words, id = 0) => port.postMessage([what, words, id]);
  const ask = (what, words, ear) => {
    say(what, words, ++last);
    ears.set(last, ear);
    return last;
  };
  // All that is uncaught in here is this fragment's.
  let app;
  // What ends at a bound of its own ends without a word.
  const why = (thrown) => {
    const pages = app?.refused?.value;
    if (pages) return `out of memory: ${pages} pages refused`;
    return app?.fuel?.value < 0 ? 'ran on without a pause' : describe(thrown);
  };
  const crash = (thrown) => say(7, [why(thrown)]);
  addEventListener('error', ({ error, message }) => {
    // The browser says in this way that a size will be told a frame later. Nothing was thrown.
    if (error || !message.startsWith('ResizeObserver')) crash(error ?? message);
  });
  addEventListener('unhandledrejection', ({ reason }) => crash(reason));

  // The history is the page's: what a frame adds to it, the player has to press Back for.
  for (const name of ['pushState', 'replaceState', 'back', 'forward', 'go']) {
    History.prototype[name] = () => report('warn', `history.${name}: use host.navigate`);
  }

  const controller = new AbortController();
  const { signal } = controller;
  const home = element('mount', document.body);
  const shadow = home.attachShadow({ mode: 'open' });
  const host = {
    ...facts, signal, root: element('root', shadow), messages: messages ? JSON.parse(decode(messages)) : {}, report,
    publish(topic, payload) { say(0, [topic, payload]); },
    subscribe(topic, handler) {
      const id = ask(1, [topic], (payload, refusal) => refusal ? report('warn', refusal.message) : handler(payload));
      return () => { if (ears.delete(id)) say(2, [], id); };
    },
    request: (request) => new Promise((resolve, reject) => {
      const id = ask(3, [request], (reply, refusal) => {
        ears.delete(id);
        if (refusal) reject(Object.assign(new Error(refusal.message), refusal));
        else resolve(reply);
      });
    }),
    navigate(path) { say(4, [path]); },
    fail(message) { say(6, [message]); },
  };

  let handle;
  // What it leaves to its successor, in a list; an empty one while it may not go. The rule is that of swap.mjs.
  const leave = () => {
    if (handle?.snapshot) return [handle.snapshot()].filter((left) => left != null);
    const texts = 'textarea, input:not([type=checkbox], [type=radio], [type=range])';
    const busy = shadow.querySelector('[data-busy]:not([data-busy="0"], [data-busy="false"]), dialog[open]')
      || document.hasFocus() && shadow.activeElement?.closest(`form, ${texts}`)
      || [...shadow.querySelectorAll(texts)].some(({ typed, value }) => typed && value);
    return busy ? [] : [null];
  };
  addEventListener('input', (event) => { event.composedPath()[0].typed = true; }, true);

  port.onmessage = ({ data: [what, ...words] }) => {
    try {
      if (what == 'ping') say(8);
      else if (what == 'look') look(...words);
      else if (what == 'snapshot') say(12, leave());
      else if (what == 'update') {
        if (handle) handle.update?.(...words);
        // The player does not wait for its files.
        else [host.props] = words;
      } else if (what == 'unmount') {
        handle?.unmount();
        controller.abort();
      } else ears.get(what)?.(...words);
    } catch (thrown) {
      crash(thrown);
    }
  };

  const follow = (click) => {
    const link = click.composedPath().find((node) => node.localName == 'a' && node.href);
    if (!link || click.button > 1 || click.defaultPrevented || link.hash) return;
    // There is no other place that this frame could show, and no window that it could open itself.
    click.preventDefault();
    if (link.download || link.origin != location.origin) return;
    const aside = click.button || click.ctrlKey || click.metaKey || click.shiftKey || link.target;
    if (aside) say(11, link.pathname);
    else if (!click.altKey) host.navigate(link.pathname);
  };
  document.addEventListener('click', follow);
  document.addEventListener('auxclick', follow);

  const measure = () => say(10, Math.ceil(document.body.getBoundingClientRect().height));
  const javascript = { type: 'text/javascript' };
  const url = URL.createObjectURL(new Blob([entry], javascript));
  try {
    const [module, compiled] = await Promise.all([import(url), wasm && WebAssembly.compile(wasm)]);
    if (style) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(decode(style));
      shadow.adoptedStyleSheets = [sheet];
    }
    app = module.instantiate ? module.instantiate(compiled) : module;
    if (app.fuel) {
      // As in the page: what nobody sees is woken once a minute.
      const refill = () => { app.fuel.value = document.hidden ? 2 ** 31 - 1 : fuel; };
      refill();
      setInterval(refill, 100);
      document.addEventListener('visibilitychange', refill);
    }
    handle = app.mount(host);
    // First as tall as its content, then shown: nothing jumps.
    measure();
    say(9);
    new ResizeObserver(measure).observe(document.body);
  } catch (thrown) {
    crash(thrown);
  } finally {
    URL.revokeObjectURL(url);
  }
}
