// One slot with the fragment in it, as the shell would have it there. Opened alone it shows the fragment as a visitor
// meets it; in the page of `dev`, which finds it as `stage`, that decides about everything.
import { createBus, createEar } from '/dev/host.mjs';

const page = document.documentElement;
const asked = new URLSearchParams(location.search);
const stand = parent == window ? undefined : parent.stand;
const slot = document.querySelector('[data-slot]');
const note = (...words) => stand?.note(...words);
const props = { view: asked.get('view') ?? 'main', path: asked.get('path') ?? '/', table: asked.get('table') || undefined };
const first = ({ answers: [answer] }) => ({ kind: 'status', after_ms: 0, ...answer });
page.dataset.theme = asked.get('theme') ?? 'dark';

let facts;
let standing;
let instances = 0;
let began = 0;
const bus = createBus(note, (thrown) => crashed(thrown));

function show(to, cause = '') {
  const from = slot.dataset.state;
  if (from == to) return;
  if (to == 'loading') began = performance.now();
  slot.dataset.cause = cause;
  croupier.show(slot, from, to, cause, Math.round(performance.now() - began), ['loading', 'mounting'].includes(to));
}

/** Not before it has returned from what it is in: its memory is never left in the middle. */
function crashed(thrown) {
  const { copy } = slot;
  setTimeout(() => { if (copy && slot.copy == copy) die(copy, thrown); });
}

/** It is over for what runs, and the card says so, as after too many crashes. */
function die(copy, thrown) {
  const why = typeof thrown == 'string' ? thrown : copy.why(thrown);
  note('crashes', why, thrown?.stack);
  end(copy);
  show('failed', why);
  croupier.card(slot, 1, undefined, start);
}

function end(copy) {
  try {
    copy.unmount();
  } catch (thrown) {
    note('crashes', `in unmount: ${croupier.describe(thrown)}`, thrown?.stack);
  }
  copy.cut();
  bus.forget();
}

function navigate(path) {
  note('navigates', path);
  props.path = String(path);
  stand?.moved(props.path);
  slot.copy?.update(props.view, props.path, props.table);
}

function start() {
  const { entry, code } = standing;
  croupier.uncard(slot);
  // What a new instance is given may only be said once it is there.
  const ear = createEar({
    facts, bus, note, navigate, crashed, answers: stand?.answer ?? first,
    state: (to, cause) => { if (slot.copy) show(to, cause); },
  });
  croupier.dress(slot, entry);
  if (slot.dataset.state != 'loading') show('loading', 'to mount');
  show('mounting');
  const copy = croupier.instance(slot, code, ++instances, props.view, props.path, props.table, ear);
  const late = setTimeout(() => note('warns', `not mounted within limits.mount_ms, ${entry.limits.mount_ms} ms`), entry.limits.mount_ms);
  copy.mount().then(() => {
    clearTimeout(late);
    if (slot.copy == copy) show('mounted');
  }, (thrown) => {
    clearTimeout(late);
    if (slot.copy == copy) die(copy, thrown);
  });
}

async function load(entry) {
  const needed = croupier.needed(entry);
  const files = croupier.load(needed, false, entry.limits.load_ms);
  const wrong = await croupier.wrong(files, needed);
  if (wrong !== undefined) throw new Error(`wrong digest: ${wrong}`);
  return croupier.assemble(files, entry);
}

async function fresh(entry) {
  croupier.dress(slot, entry);
  show('loading', 'opened');
  standing = { entry, code: await load(entry) };
  start();
}

/** A manifest as it would be with the placement and the slot that are wanted here. */
function adjusted(manifest) {
  for (const entry of manifest.fragments) {
    const place = entry.slots.find(({ name }) => name == asked.get('slot')) ?? entry.slots[0];
    entry.slots = [{ ...place, routes: [] }];
    entry.placement = asked.get('placement') ?? entry.placement;
    if (entry.placement == 'frame') entry.site = `http://${entry.name}.localhost:${location.port}`;
  }
  return manifest;
}

const fetched = async (url) => {
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${await reply.text()}`);
  return reply.json();
};

async function open() {
  facts = await fetched('/dev/facts.json');
  const manifest = adjusted(await fetched('/manifest.json'));
  const [entry] = manifest.fragments;
  slot.dataset.slot = entry.slots[0].name;
  slot.ariaLabel = entry.name;
  // What swap.mjs asks of the shell. There is no other manifest here than that of this machine's build.
  Object.assign(croupier, {
    opening: () => ({ manifest, path: props.path }),
    admit: async (text) => {
      facts = await fetched('/dev/facts.json');
      return adjusted(JSON.parse(text));
    },
    furnish({ fragments: [next], code }) {
      if (slot.copy) end(slot.copy);
      if (!code) return fresh(next);
      standing = { entry: next, code };
      start();
    },
  });
  if (asked.has('player')) {
    const session = facts.topics.find(({ name }) => name == 'session.changed');
    bus.publish(session, session.example);
  }
  croupier.errors((_, thrown) => crashed(thrown));
  croupier.routes((path) => {
    navigate(path);
    return true;
  }, navigate);
  const { renew } = await import('/shell/swap.mjs');
  globalThis.stage = {
    renew,
    update: (changed) => slot.copy?.update((Object.assign(props, changed)).view, props.path, props.table),
    publish: (name, payload) => bus.publish(facts.topics.find((topic) => topic.name == name), payload),
    facts: () => facts,
    version: () => slot.dataset.version,
    unmount() {
      if (!slot.copy) return;
      end(slot.copy);
      show('idle', 'unmounted');
    },
    mount() { if (!slot.copy) start(); },
    /** Its own successor, with what it leaves. */
    async restore() {
      const { copy } = slot;
      if (!copy) return;
      const left = await copy.snapshot();
      slot.restored = Array.isArray(left) ? copyOf(left[0]) : undefined;
      note('leaves', Array.isArray(left) ? 'a snapshot' : 'nothing: it has no snapshot()', slot.restored);
      end(copy);
      start();
    },
  };
  await fresh(entry);
}

const copyOf = (value) => value === undefined ? undefined : JSON.parse(JSON.stringify(value));

document.addEventListener('croupier:transition', ({ detail }) => stand?.turned(detail));
document.addEventListener('croupier:swap', ({ detail }) => stand?.swapped(detail));
open().catch((error) => {
  note('crashes', croupier.describe(error), error?.stack);
  show('failed', croupier.describe(error));
});
