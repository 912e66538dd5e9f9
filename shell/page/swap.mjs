// A newer manifest on an open page: what it changes, and when. No page loads this before there is one,
// or could be without its being told.
//
// Whether a manifest may be used at all says manifest.js, and whether a file is genuine edge.js, both as at the
// start; what becomes of a slot is the supervisor's. What is decided in here: which slots a manifest changes, and
// whether what runs in one may go now. Until it may, its successor waits, loaded and verified. A fault of what is
// new leaves running what runs.
const SEAL = 'x-croupier-seal';
/** How often what is busy is asked again, and how long a frame may take to answer. */
const ASK_EVERY_MS = 200;
const ANSWER_MS = 1000;
/** How long the page waits for what the old one looked like: its height, its scroll positions, its focus. */
const SETTLE_MS = 1500;
/** For so long at most the old one's picture lies on what is not as tall yet. */
const PICTURE_MS = 300;
const MANIFEST_MS = 10_000;
/** A switch has to show within two seconds, of which the edge may take one itself. */
const LOOK_WITHIN_MS = 800;
const LONGEST_PAUSE_MS = 60_000;

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
// Pages that failed together do not come back together.
const pauseWithin = (ms) => pause(ms * (1 + Math.random()) / 2);
const pauseAfter = (failures) => pauseWithin(Math.min(1000 * 2 ** failures, LONGEST_PAUSE_MS));
const find = (name) => document.querySelector(`[data-slot=${name}]`);
const say = (level, text) => croupier.log(level, `swap: ${text}`);

// What a manifest puts where, by the slot's name.
const places = ({ fragments }) =>
  new Map(fragments.flatMap((entry) => entry.slots.map((place) => [place.name, { entry, place }])));
const isSame = (one, other) => one.name == other.name && one.version == other.version && one.killed == other.killed;
// Of what stands in the slots, what another manifest changes. A slot that it does not name keeps what it has.
const changed = (standing, wanted) =>
  new Map([...wanted].filter(([name, { entry }]) => !standing.has(name) || !isSame(standing.get(name).entry, entry)));

const opening = croupier.opening().manifest;
const standing = places(opening);
/** What is to follow, by the slot's name. */
let waiting = new Map();
let calls = 0;
/** Names the last manifest that was followed: while it stands, an edge says so and no more. */
let tag;
let isLooking = false;
/** Whether somebody asked for a look while one was under way. */
let again = false;
/** Looks in a row that were not answered with a manifest, and how many of the next ones are left out for that. */
let unanswered = 0;
let rest = 0;

// What a page's policy has to name for a release to run there. What a frame may reach, the policy of its own page says.
const needs = ({ site, capabilities }) => site ? [site] : capabilities.origins;
/** What this page's policy names, which was made of the manifest that it came with, and stays. */
const named = new Set(opening.fragments.flatMap((entry) => [...needs(entry), ...needs({ ...entry, ...entry.previous })]));

/**
 * Called whenever an edge names another manifest than the page has. The edge that is asked for it may be another one,
 * and has to know as much: `after` says up to where. Rejects if it may not be used. Called without that whenever the
 * page is refused its event stream: until it has one, nobody can tell it.
 */
export function renew(after) {
  return after === undefined ? lookOut() : ask(after);
}

/**
 * Looks on for as long as the page says that its connection is lost, one look at a time, and pages that lost their
 * streams together do not look together. An edge that does not answer with a manifest, or that the last one stands, is
 * asked more and more rarely. One that does is not, however long it refuses the stream: what is switched off is as
 * urgent on a page without a stream as on any other.
 */
async function lookOut() {
  // Whoever refuses a stream answers again. While nobody does, edge.js gives a silent stream up and comes here as well:
  // so no look is left out for long.
  unanswered = rest = 0;
  again = isLooking;
  if (isLooking) return;
  isLooking = true;
  do {
    await pauseWithin(LOOK_WITHIN_MS);
    again = false;
    if (rest) {
      rest -= 1;
      continue;
    }
    let delivered;
    try {
      delivered = await fetchManifest(0);
      unanswered = 0;
    } catch (error) {
      say('warn', error);
      rest = 2 ** unanswered++;
    }
    // One that may not be used is no reason to miss the next.
    await take(delivered).catch((error) => say('warn', error));
  } while (again || document.getElementById('connection')?.hidden === false);
  isLooking = false;
}

async function ask(after) {
  const call = ++calls;
  for (let failures = 0; call == calls; failures++) {
    let delivered;
    try {
      delivered = await fetchManifest(after);
    } catch (error) {
      say('warn', error);
      await pauseAfter(failures);
      continue;
    }
    return take(delivered);
  }
}

/** Follows what was delivered; nothing is where the last one still stands. */
async function take(delivered) {
  if (!delivered) return;
  const [text, seal, itsTag] = delivered;
  const manifest = await croupier.admit(text, seal);
  tag = itsTag;
  follow(manifest);
}

async function fetchManifest(after) {
  // An inspected page has one of its own.
  const address = croupier.manifestAt ?? '/manifest.json';
  const reply = await fetch(`${address}?after=${after}`, {
    cache: 'no-store', headers: tag ? { 'if-none-match': tag } : {}, signal: AbortSignal.timeout(MANIFEST_MS),
  });
  if (reply.status == 304) return;
  // The inspection has ended, and it gets everybody's again.
  if (reply.status == 401) croupier.manifestAt = undefined;
  if (!reply.ok) throw new Error(`${address}: ${reply.status}`);
  const { headers } = reply;
  const [key, signature] = headers.get(SEAL)?.split(' ') ?? [];
  const { trusted } = JSON.parse(document.getElementById('seal').textContent);
  return [await reply.text(), JSON.stringify({ key, signature, trusted }), headers.get('etag')];
}

function follow(manifest) {
  const before = waiting;
  waiting = new Map();
  for (const [name, change] of changed(standing, places(manifest))) {
    const slot = find(name);
    // A place that this page does not have.
    if (!slot) continue;
    const waits = before.get(name);
    const { name: fragment, version, killed } = change.entry;
    const strange = killed ? undefined : needs(change.entry).find((one) => !named.has(one));
    if (strange) {
      // Its policy would keep it from running, and what runs would be gone.
      say('info', `${fragment} ${version} waits for the next page load: this one may not reach ${strange}`);
    } else if (waits && isSame(waits.entry, change.entry)) {
      waiting.set(name, waits);
    } else if (killed || !slot.copy) {
      // One that was on its way for what another page is to hold now.
      if (slot.site != change.entry.site) slot.frame?.remove();
      put(name, change);
    } else {
      waiting.set(name, change);
      replace(name, slot, change);
    }
  }
}

/** The slot is the new one's from here on. */
function put(name, { entry, place }, code) {
  waiting.delete(name);
  standing.set(name, { entry, place });
  croupier.furnish({ fragments: [{ ...entry, slots: [place] }], code });
}

async function replace(name, slot, change) {
  const began = performance.now();
  const { version: from } = slot.dataset;
  const { entry } = change;
  const code = await prepared(entry);
  let failures = 0;
  while (waiting.get(name) == change) {
    // What has died meanwhile needs no asking.
    const { copy } = slot;
    const left = copy ? await leave(slot) : [null];
    if (waiting.get(name) != change || slot.copy != copy) continue;
    if (!left) {
      await pause(ASK_EVERY_MS);
    } else if (isFrameAfterFrame(slot, entry) && !slot.frame?.isConnected) {
      // Its page comes up behind the old one first; then that is asked again.
      if (await backstage(slot, entry)) continue;
      say('warn', `${entry.name} ${entry.version} can't take over: its page does not come`);
      slot.frame?.remove();
      await pauseAfter(failures++);
    } else {
      swap(name, slot, change, code, left[0]);
      const detail = { slot: name, fragment: entry.name, from, to: entry.version, ms: performance.now() - began };
      document.dispatchEvent(new CustomEvent('croupier:swap', { detail }));
    }
  }
}

/** Loaded and verified once for all slots of a fragment; nothing if something else is to follow before that is done. */
const codes = new WeakMap();
function prepared(entry) {
  if (!codes.has(entry)) codes.set(entry, prepare(entry));
  return codes.get(entry);
}

async function prepare(entry) {
  const isWanted = () => [...waiting.values()].some((change) => change.entry == entry);
  for (let failures = 0; isWanted(); failures++) {
    try {
      const needed = croupier.needed(entry);
      const files = croupier.load(needed, failures > 0, entry.limits.load_ms);
      const wrong = await croupier.wrong(files, needed);
      if (wrong !== undefined) throw new Error(`wrong digest: ${wrong}`);
      return await croupier.assemble(files, entry);
    } catch (error) {
      say('warn', `${entry.name} ${entry.version} can't take over: ${croupier.describe(error)}`);
      if (!failures) document.dispatchEvent(new CustomEvent('croupier:unloadable', { detail: { fragment: entry.name, version: entry.version } }));
      await pauseAfter(failures);
    }
  }
}

/** What it leaves to its successor, in a list; nothing while it may not go. */
async function leave({ copy, dataset }) {
  if (dataset.state == 'mounting' || copy.waits()) return;
  try {
    const said = await Promise.race([copy.snapshot(), pause(ANSWER_MS)]);
    // A frame's answer takes a while, in which the player may have sent off what was busy before.
    if (copy.waits()) return;
    const left = said instanceof ShadowRoot ? isBusy(said) ? [] : [null] : said ?? [];
    // No object of the old one's lives on in the new one.
    return left.length ? JSON.parse(JSON.stringify(left)) : undefined;
  } catch (error) {
    // It has to go, and has nothing to say.
    say('warn', `${dataset.slot}: snapshot: ${croupier.describe(error)}`);
    return [null];
  }
}

const TEXT = 'textarea, input:not([type=checkbox], [type=radio], [type=range])';
/** The rule for what does not say itself whether it may go; frame.mjs has the same. */
function isBusy(root) {
  return !!root.querySelector('[data-busy]:not([data-busy="0"], [data-busy="false"]), dialog[open]')
    || document.hasFocus() && !!root.activeElement?.closest(`form, ${TEXT}`)
    || [...root.querySelectorAll(TEXT)].some(({ typed, value }) => typed && value);
}

/** In one task, so that nothing is painted in between. */
function swap(name, slot, change, code, left) {
  const settle = look(slot);
  const follows = isFrameAfterFrame(slot, change.entry);
  // One that came up backstage for a release that was taken back is not to be seen.
  if (!follows) slot.frame?.remove();
  const reveal = follows ? overlap(slot) : picture(slot);
  slot.restored = left;
  put(name, change, code);
  reveal?.();
  settle();
}

const isFrameAfterFrame = (slot, entry) => slot.copy && slot.dataset.placement == 'frame' && entry.placement == 'frame';

/**
 * A frame that nobody sees, where the one is that is seen: browsers let one rest that is hidden or out of sight. Says
 * whether its page has come: a browser calls an error's page loaded as well, frame.mjs speaks for itself.
 */
async function backstage(slot, { site }) {
  const { offsetTop, offsetLeft, offsetWidth } = slot.querySelector('.frame');
  croupier.warm(slot, site);
  slot.frame.inert = true;
  Object.assign(slot.frame.style, {
    position: 'absolute', opacity: 0, margin: 0, insetBlockStart: `${offsetTop}px`, left: `${offsetLeft}px`, inlineSize: `${offsetWidth}px`,
  });
  const { contentWindow } = slot.frame;
  let hear;
  const here = new Promise((come) => {
    hear = ({ source }) => { if (source == contentWindow) come(true); };
    addEventListener('message', hear);
  });
  const hasCome = await Promise.race([here, pause(ANSWER_MS)]);
  removeEventListener('message', hear);
  return hasCome;
}

/**
 * The old frame's picture stays, in its place, until the new one has mounted and has something to show. It is not heard
 * any more, and takes no leave.
 */
function overlap(slot) {
  const next = slot.frame;
  const { activeElement } = document;
  let old;
  slot.copy.hush();
  slot.keep = (frame) => {
    old = frame;
    return true;
  };
  return () => {
    slot.keep = undefined;
    old.inert = true;
    // It holds the place as before, whatever state its successor is in.
    old.style.position = 'static';
    const { offsetHeight } = old;
    const skeleton = slot.querySelector('.skeleton')?.style;
    skeleton?.setProperty('display', 'none');
    const watch = new MutationObserver(look);
    let late;
    function look() {
      const { state } = slot.dataset;
      if (['loading', 'verifying', 'mounting'].includes(state)) return;
      if (['mounted', 'degraded'].includes(state) && next.offsetHeight < offsetHeight) late ??= setTimeout(end, PICTURE_MS);
      else end();
    }
    function end() {
      clearTimeout(late);
      watch.disconnect();
      old.remove();
      skeleton?.removeProperty('display');
      next.inert = false;
      Object.assign(next.style, { position: '', opacity: '', margin: '', insetBlockStart: '', left: '', inlineSize: '' });
      if (activeElement == old) next.focus({ preventScroll: true });
    }
    watch.observe(slot, { attributeFilter: ['data-state', 'style'], subtree: true });
    look();
  };
}

/**
 * What the old one looked like lies over the new one while that still asks for what it shows. It takes no click and
 * is not read out.
 */
function picture(slot) {
  const root = rootOf(slot);
  if (!root) return;
  const { offsetTop, offsetLeft, offsetWidth, offsetHeight } = root.host;
  const over = document.createElement('div');
  const copy = over.attachShadow({ mode: 'closed' });
  copy.adoptedStyleSheets = root.adoptedStyleSheets;
  copy.append(...[...root.childNodes].map((node) => node.cloneNode(true)));
  Object.assign(over, { inert: true, ariaHidden: 'true' });
  Object.assign(over.style, {
    position: 'absolute', insetBlockStart: `${offsetTop}px`, left: `${offsetLeft}px`, inlineSize: `${offsetWidth}px`, pointerEvents: 'none',
  });
  return () => {
    const fresh = rootOf(slot)?.host;
    if (!fresh || fresh.offsetHeight >= offsetHeight) return;
    fresh.style.opacity = 0;
    slot.append(over);
    const end = () => {
      watch.disconnect();
      over.remove();
      fresh.style.opacity = '';
    };
    const watch = new ResizeObserver(() => {
      if (fresh.offsetHeight >= offsetHeight) end();
    });
    watch.observe(fresh);
    setTimeout(end, PICTURE_MS);
  };
}

const rootOf = (slot) => slot.querySelector('.mount')?.shadowRoot;

/**
 * What the slot looks like: its height, the scroll positions and the focus within. The function that comes back
 * takes that up in what is there by then, as soon as the new one has what had them.
 */
function look(slot) {
  const { offsetHeight } = slot;
  const content = () => slot.querySelector('.mount, .frame')?.offsetHeight ?? 0;
  const root = rootOf(slot);
  const tasks = [() => content() >= offsetHeight, ...root ? [...scrolled(root), ...focused(root)] : []];
  slot.style.minBlockSize = `${offsetHeight}px`;
  return () => {
    const fresh = rootOf(slot);
    let due = tasks;
    const end = () => {
      clearTimeout(late);
      watch.disconnect();
      slot.style.minBlockSize = '';
    };
    const work = () => {
      due = due.filter((task) => !task(fresh));
      if (!due.length) end();
    };
    const watch = new MutationObserver(work);
    // What is not there by now does not come.
    const late = setTimeout(end, SETTLE_MS);
    for (const place of [slot, fresh]) {
      if (place) watch.observe(place, { attributes: true, childList: true, subtree: true });
    }
    work();
  };
}

/** Finds in another root what is called as this element is in its own. */
function finder(root, element) {
  const name = ['data-test', 'id', 'name'].find((name) => element.getAttribute(name));
  if (!name) return () => undefined;
  const selector = `[${name}="${CSS.escape(element.getAttribute(name))}"]`;
  const index = [...root.querySelectorAll(selector)].indexOf(element);
  return (fresh) => fresh?.querySelectorAll(selector)[index];
}

function scrolled(root) {
  return [...root.querySelectorAll('*')].filter(({ scrollTop, scrollLeft }) => scrollTop || scrollLeft).map((old) => {
    const { scrollTop, scrollLeft } = old;
    const find = finder(root, old);
    return (fresh) => {
      const element = find(fresh);
      if (element) Object.assign(element, { scrollTop, scrollLeft });
      // It may not be as long yet.
      return element?.scrollTop == scrollTop && element?.scrollLeft == scrollLeft;
    };
  });
}

function focused(root) {
  const old = root.activeElement;
  if (!old) return [];
  const { selectionStart, selectionEnd } = old;
  const find = finder(root, old);
  return [(fresh) => {
    const element = find(fresh);
    if (!element) return false;
    // The player has moved on.
    if (![document.body, fresh.host].includes(document.activeElement)) return true;
    element.focus({ preventScroll: true });
    if (selectionStart != null) element.setSelectionRange?.(selectionStart, selectionEnd);
    return true;
  }];
}
