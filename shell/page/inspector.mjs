// The inspector: what stands in the slots of a page, what becomes of it, what is said on the bus, what blocks the
// page, and which builds are this browser's own. A developer's tool in English; no player loads a byte of it, and
// none of it is there before it is opened: see inspect.mjs. docs/inspect.md says what each column means.
//
// It shows what the page itself knows and makes nothing up: what it can't see has a dash. What its buttons do, the
// shell could be told by an operator, by a manifest or by the fragment itself. Closed, it leaves nothing behind.
const TICK_MS = 500;
/** Over how long a rate is counted. */
const RATE_MS = 10_000;
/** Lines of a list; topics of the bus. */
const MOST = 500;
const MIB = 2 ** 20;
const NONE = '–';
// The host's words, as in edge.js.
const REPORT = 5;
const CRASHED = 7;

const { inspection } = croupier;
const encoder = new TextEncoder();

const find = (slot) => document.querySelector(`[data-slot=${slot}]`);
const entryOf = (name) => croupier.opening().manifest.fragments.find((entry) => entry.name == name);
const time = (at) => `${new Date(at).toTimeString().slice(0, 8)}.${String(at % 1000 | 0).padStart(3, '0')}`;
const steps = (count) => count < 1e6 ? `${(count / 1e3).toFixed(1)} k` : `${(count / 1e6).toFixed(1)} M`;
const write = (cell, fact) => {
  const text = `${fact}`;
  if (cell.textContent != text) cell.textContent = text;
};

/** What a payload says, and how long that is on the wire. */
function jsonOf(payload) {
  try {
    return JSON.stringify(payload, undefined, 2) ?? 'undefined';
  } catch (error) {
    return `no JSON: ${croupier.describe(error)}`;
  }
}
const bytesOf = (payload) => {
  try {
    return encoder.encode(JSON.stringify(payload) ?? '').length;
  } catch {
    return undefined;
  }
};

function element(name, properties = {}, ...children) {
  const { dataset, ...rest } = properties;
  const made = Object.assign(document.createElement(name), rest);
  Object.assign(made.dataset, dataset);
  made.append(...children);
  return made;
}
const button = (text, onclick, label = text) => element('button', { type: 'button', textContent: text, ariaLabel: label, onclick });

/** A table with these columns; `row` adds one and gives its cells. */
function table(label, columns) {
  const body = element('tbody');
  const head = element('tr', {}, ...columns.map((name) => element('th', { scope: 'col', textContent: name })));
  const whole = element('div', { className: 'scroll', tabIndex: 0, role: 'group', ariaLabel: label },
    element('table', { ariaLabel: label }, element('thead', {}, head), body));
  const row = (dataset) => {
    const cells = columns.map(() => element('td'));
    body.append(element('tr', { dataset }, ...cells));
    while (body.rows.length > MOST) body.rows[0].remove();
    return cells;
  };
  return { whole, body, row };
}

/** What the shell is told of a slot. A release that is put there once more begins as one of a newer manifest. */
const deeds = {
  Restart: (slot, entry) => furnish(slot, entry, entry.killed),
  Unmount: (slot, entry) => furnish(slot, entry, true),
  Mount: (slot, entry) => furnish(slot, entry, false),
  Crash: (slot) => inspection.copies.get(slot)?.ask(CRASHED, ['thrown away by the inspector']),
  Degrade: (slot) => inspection.copies.get(slot)?.ask(REPORT, ['degraded', 'simulated by the inspector']),
  Heal: (slot) => inspection.copies.get(slot)?.ask(REPORT, ['healthy', '']),
};
function furnish(slot, entry, killed) {
  const place = entry.slots.find(({ name }) => name == slot);
  if (place) croupier.furnish({ fragments: [{ ...entry, killed, slots: [place] }] });
}

/** Of every slot on the page: what is in it, how it is, and what may be done to it. */
function slots() {
  const columns = ['Slot', 'Fragment', 'Version', 'Placement', 'State', 'Since', 'Instance', 'Memory', 'Fuel', 'Do'];
  const { whole, row } = table('Slots', columns);
  const rows = new Map();
  const add = (slot) => {
    const cells = row({ slot });
    for (const [name, deed] of Object.entries(deeds)) {
      const act = () => {
        const entry = entryOf(find(slot)?.dataset.fragment);
        if (entry) deed(slot, entry);
      };
      cells.at(-1).append(button(name, act, `${name} ${slot}`));
    }
    rows.set(slot, cells);
    return cells;
  };
  const update = () => {
    for (const { dataset } of document.querySelectorAll('[data-slot]')) {
      const { slot, fragment, version, placement, state, instance } = dataset;
      const cells = rows.get(slot) ?? add(slot);
      const last = inspection.transitions.findLast((line) => line.slot == slot && line.to != 'swap');
      const since = last ? `${((Date.now() - last.at_ms) / 1000).toFixed(0)} s` : NONE;
      const facts = [slot, fragment, version, placement, state, since, instance, ...weight(slot, placement, fragment)];
      facts.forEach((fact, column) => write(cells[column], fact ?? NONE));
      cells[4].parentNode.dataset.state = state;
    }
  };
  return { whole, update };
}

/** Memory and fuel of what runs in a slot. What runs in a frame is another process's, and can't be seen from here. */
function weight(slot, placement, fragment) {
  const copy = inspection.copies.get(slot);
  if (placement != 'document' || !copy) return [NONE, NONE];
  const limits = entryOf(fragment)?.limits;
  const memory = copy.memory ? `${(copy.memory.buffer.byteLength / MIB).toFixed(1)} of ${limits?.memory_mib} MiB` : NONE;
  if (copy.peak === undefined) return [memory, NONE];
  return [memory, `${steps(copy.used ?? 0)}, at most ${steps(copy.peak)} of ${steps(copy.fuel)}`];
}

/** What has become of the slots, newest first; what contains the words of the filter. */
function transitions(say) {
  const { whole, body, row } = table('Transitions', ['Time', 'Slot', 'Fragment', 'From', 'To', 'After', 'Cause']);
  let shown;
  const lines = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const contains = (line) => words.every((word) => Object.values(line).join(' ').toLowerCase().includes(word));
    return inspection.transitions.filter(contains);
  };
  const update = () => {
    const state = [inspection.transitions.at(-1), filter.value];
    if (shown && state.every((part, index) => part == shown[index])) return;
    shown = state;
    const found = lines();
    body.replaceChildren();
    for (const line of found.toReversed()) {
      const { at_ms, slot, fragment, version, from, to, cause, ms } = line;
      const cells = row({ state: to });
      [time(at_ms), slot, `${fragment} ${version}`, from, to, `${Math.round(ms)} ms`, cause || NONE].forEach((fact, column) => write(cells[column], fact));
    }
    write(count, `${found.length} of ${inspection.transitions.length}`);
  };
  const filter = element('input', { type: 'search', ariaLabel: 'Filter transitions', placeholder: 'wallet restarting', oninput: update });
  const count = element('output', {});
  const copy = button('Copy as JSON', async () => {
    const found = lines();
    try {
      await navigator.clipboard.writeText(JSON.stringify(found, undefined, 2));
      say(`${found.length} transitions are copied.`);
    } catch (error) {
      say(`The browser does not let them be copied: ${croupier.describe(error)}.`);
    }
  });
  return { whole: element('div', {}, element('div', { className: 'bar' }, filter, count, copy), whole), update };
}

/** What is said on the bus while this is open: by whom, how large, how often. */
function bus() {
  const columns = ['Topic', 'Publisher', 'Count', 'Per second', 'Bytes', 'Last', 'Refused', 'Payload'];
  const { whole, row } = table('Bus', columns);
  const payload = element('pre', { hidden: true, tabIndex: 0, ariaLabel: 'Last payload' });
  const said = new Map();
  let chosen;
  const add = (key, topic, publisher) => {
    const line = { topic, publisher, count: 0, refused: 0, times: [], cells: row({ topic, publisher }) };
    const show = () => {
      chosen = chosen == line ? undefined : line;
      update();
    };
    line.cells.at(-1).append(button('Show', show, `Show the last payload of ${topic} by ${publisher}`));
    said.set(key, line);
    return line;
  };
  const hear = (topic, content, publisher, refusal) => {
    // Whoever makes up topics without end is one topic.
    const name = said.size < MOST ? String(topic).slice(0, 80) : 'others';
    const key = `${name} ${publisher}`;
    const line = said.get(key) ?? add(key, name, publisher);
    const now = performance.now();
    Object.assign(line, { content, at_ms: Date.now(), count: line.count + 1 });
    if (refusal) Object.assign(line, { refusal, refused: line.refused + 1 });
    line.times.push(now);
    if (line.times.length > MOST) line.times.shift();
  };
  const update = () => {
    const oldest = performance.now() - RATE_MS;
    for (const line of said.values()) {
      while (line.times[0] < oldest) line.times.shift();
      if (line.weighed != line.at_ms) Object.assign(line, { weighed: line.at_ms, bytes: bytesOf(line.content) });
      const { topic, publisher, count, times, bytes, at_ms, refused, refusal } = line;
      const facts = [topic, publisher, count, (times.length * 1000 / RATE_MS).toFixed(1), bytes ?? NONE, time(at_ms)];
      [...facts, refused ? `${refused}: ${refusal}` : 0].forEach((fact, column) => write(line.cells[column], fact));
    }
    payload.hidden = !chosen;
    if (chosen) write(payload, jsonOf(chosen.content));
  };
  return { whole: element('div', {}, whole, payload), update, hear };
}

/** What kept the page from answering, and whose code that was. */
function blocks() {
  const { whole, body, row } = table('Main thread', ['Time', 'Blocked', 'By', 'In']);
  const kinds = PerformanceObserver.supportedEntryTypes;
  const type = ['long-animation-frame', 'longtask'].find((kind) => kinds.includes(kind));
  const note = element('p', { textContent: type ? 'Blocks of 50 ms and more, since the page was loaded as far as the browser has kept them.' : 'This browser does not tell what blocks the page.' });
  const add = (entry) => {
    const cells = row({});
    body.prepend(cells[0].parentNode);
    const [by, place] = blame(entry);
    const facts = [time(performance.timeOrigin + entry.startTime), `${Math.round(entry.duration)} ms`, by, place];
    facts.forEach((fact, column) => write(cells[column], fact));
  };
  const observer = type && new PerformanceObserver((list) => list.getEntries().forEach(add));
  observer?.observe({ type, buffered: true });
  return { whole: element('div', {}, note, whole), update() {}, end: () => observer?.disconnect() };
}

/** Whose the longest script of a block was, and what of it. */
function blame({ scripts, attribution }) {
  if (!scripts) return [attribution?.[0]?.containerName || 'the page', NONE];
  const longest = [...scripts].sort((one, other) => other.duration - one.duration)[0];
  if (!longest) return ['the browser', 'style, layout or paint'];
  const { sourceURL, sourceFunctionName, invoker, duration } = longest;
  const fragment = inspection.sources.get(sourceURL);
  const by = fragment ?? (sourceURL.startsWith(location.origin) ? 'the shell' : sourceURL.slice(0, 60) || 'the browser');
  return [by, `${invoker || sourceFunctionName || NONE}, ${Math.round(duration)} ms`];
}

/** Builds of the developer's own, and the code by which a tool brings them. */
function builds(say) {
  const { whole, body, row } = table('Local builds', ['Fragment', 'Version', 'Since', 'Do']);
  const code = element('pre', { hidden: true, tabIndex: 0, ariaLabel: 'Command with the code' });
  const ask = async (path, method) => {
    const reply = await fetch(`/api/inspect/${path}`, { method });
    const answer = await reply.json();
    if (!reply.ok) throw new Error(answer.detail);
    return answer;
  };
  const give = button('Show code', async () => {
    try {
      const { code: letters } = await ask('code', 'POST');
      code.textContent = `cargo croupier dev NAME --floor ${location.origin} --code ${letters}`;
      code.hidden = false;
      say('Whoever has this code can run code in this browser. Keep it to yourself.');
    } catch (error) {
      say(`There is no code: ${croupier.describe(error)}`);
    }
  });
  const refresh = async () => {
    try {
      const { overrides } = await ask('overrides', 'GET');
      body.replaceChildren();
      for (const { fragment, version, at_ms } of overrides) {
        const cells = row({ fragment });
        [fragment, version, time(at_ms)].forEach((fact, column) => write(cells[column], fact));
        const remove = async () => {
          await inspection.remove(fragment);
          give.focus();
          await refresh();
        };
        cells.at(-1).append(button('Remove', remove, `Remove the local build of ${fragment}`));
      }
    } catch (error) {
      say(`Local builds can't be listed: ${croupier.describe(error)}`);
    }
  };
  const note = element('p', { textContent: 'A build stands in for its fragment in this browser and in no other, until it is removed or the inspection ends.' });
  let known;
  const update = () => {
    const { manifest } = croupier.opening();
    if (manifest != known) refresh();
    known = manifest;
  };
  return { whole: element('div', {}, note, element('div', { className: 'bar' }, give), code, whole), update };
}

const STYLE = `
  :host { position: fixed; inset: auto 0 0; z-index: 2147483645; display: block; block-size: min(46vh, 32rem); font: 400 .8125rem/1.5 var(--font); color: var(--text); }
  .panel { display: flex; flex-direction: column; block-size: 100%; box-sizing: border-box; background: var(--surface); border-block-start: 2px solid var(--line-strong); box-shadow: var(--shadow); }
  header, .bar { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .375rem .75rem; }
  header { border-block-end: 1px solid var(--line); }
  h2 { margin: 0; font-size: .9375rem; }
  [role=tablist] { display: flex; flex: 1; gap: .25rem; overflow-x: auto; }
  @media (width < 45rem) { [role=tablist] { order: 1; flex-basis: 100%; } }
  [role=tabpanel] { flex: 1; overflow: auto; }
  [role=status] { min-block-size: 1.5em; margin: 0; padding: 0 .75rem .25rem; color: var(--text-muted); }
  p { margin: .375rem .75rem; color: var(--text-muted); }
  button, input { min-block-size: 1.75rem; box-sizing: border-box; padding: 0 .5rem; border: 1px solid var(--line-strong); border-radius: .375rem; background: var(--surface-raised); color: var(--text); font: inherit; }
  button { cursor: pointer; }
  button:hover { background: var(--surface-sunken); }
  [aria-selected=true] { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
  [aria-selected=true]:hover { background: var(--accent-hover); }
  :focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
  .scroll { overflow-x: auto; }
  table { inline-size: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
  th, td { padding: .1875rem .75rem; text-align: start; vertical-align: middle; white-space: nowrap; border-block-end: 1px solid var(--line); }
  th { position: sticky; inset-block-start: 0; background: var(--surface); color: var(--text-muted); font-weight: 600; }
  td button { margin-inline-end: .25rem; }
  tr:is([data-state=failed], [data-state=blocked]) td:nth-child(5) { color: var(--danger); font-weight: 600; }
  tr:is([data-state=degraded], [data-state=restarting]) td:nth-child(5) { color: var(--warning); font-weight: 600; }
  pre { margin: .375rem .75rem; padding: .5rem; max-block-size: 14rem; overflow: auto; border-radius: .375rem; background: var(--surface-sunken); color: var(--text); white-space: pre-wrap; overflow-wrap: anywhere; }
`;

/** A tab for each view; arrow keys go from one to the next. */
function tabs(views) {
  const list = element('div', { role: 'tablist', ariaLabel: 'Views' });
  const panels = [];
  const choose = (index, focus) => {
    [...list.children].forEach((tab, other) => {
      const is = other == index;
      Object.assign(tab, { ariaSelected: `${is}`, tabIndex: is ? 0 : -1 });
      panels[other].hidden = !is;
    });
    if (focus) list.children[index].focus();
  };
  views.forEach(([name, { whole }], index) => {
    const tab = button(name, () => choose(index));
    Object.assign(tab, { role: 'tab', id: `tab-${index}` });
    tab.setAttribute('aria-controls', `panel-${index}`);
    const panel = element('div', { role: 'tabpanel', id: `panel-${index}`, hidden: true }, whole);
    panel.setAttribute('aria-labelledby', tab.id);
    list.append(tab);
    panels.push(panel);
  });
  list.onkeydown = ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    const at = panels.findIndex(({ hidden }) => !hidden);
    if (step) choose((at + step + panels.length) % panels.length, true);
  };
  choose(0);
  return { list, panels };
}

let open;

/** Below the page, so that all of it can be scrolled to where it is seen. */
function makeRoom(blockSize) {
  Object.assign(document.documentElement.style, { paddingBlockEnd: blockSize, scrollPaddingBlockEnd: blockSize });
}

function show() {
  const before = document.activeElement;
  const status = element('p', { role: 'status' });
  const say = (text) => write(status, text);
  const heard = bus();
  const blocked = blocks();
  const views = [['Slots', slots()], ['Transitions', transitions(say)], ['Bus', heard], ['Main thread', blocked], ['Local builds', builds(say)]];
  const { list, panels } = tabs(views);
  const title = element('h2', { textContent: 'Inspector', tabIndex: -1 });
  const facts = element('span', {});
  const close = () => {
    clearInterval(timer);
    blocked.end();
    inspection.hear = undefined;
    host.remove();
    makeRoom('');
    open = undefined;
    if (before?.isConnected) before.focus({ preventScroll: true });
  };
  const header = element('header', {}, title, list, facts, button('Close', close, 'Close the inspector'));
  // Left to right and in English, whatever the page reads.
  const host = element('aside', { lang: 'en', dir: 'ltr', ariaLabel: 'Inspector' });
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  root.append(element('div', { className: 'panel' }, header, ...panels, status));
  host.onkeydown = (event) => {
    if (event.key != 'Escape') return;
    event.preventDefault();
    close();
  };
  const update = () => {
    write(facts, `manifest ${croupier.opening().manifest.serial}`);
    views.forEach(([, view], index) => {
      if (!panels[index].hidden) view.update();
    });
  };
  const timer = setInterval(update, TICK_MS);
  // A tab shows at once what it has.
  list.addEventListener('click', update);
  inspection.hear = heard.hear;
  document.body.append(host);
  makeRoom(`${host.offsetHeight}px`);
  update();
  title.focus({ preventScroll: true });
  return { close };
}

inspection.toggle = () => {
  if (open) open.close();
  else open = show();
};
