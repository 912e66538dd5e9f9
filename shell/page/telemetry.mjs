// What becomes of fragments on this page, counted and told to the server. No page waits for this, and none needs it.
//
// A mount is told when it is known what became of it: it has crashed, or has run until the next report. What crashes
// or is degraded after that is told as one more, degraded once. A restart after a crash is not a mount of its own. So of
// what is told as mounts no more can have crashed than there are, however late, and releases can be compared by it.
// Both wait for the same report: if crashes were told sooner, a release that very many open pages get at once would look
// worse at first than it is.
const REPORT_EVERY_MS = 10_000;
/** As many as the server takes of a release at once. */
const MOST = 16;
const A_DAY_MS = 86_400_000;
const RUNNING = ['mounting', 'mounted', 'degraded'];
/** In the words of shell/src/core/cause.rs. */
const PAGE_DIED = 'the page died while it ran';
const OFF = 'switched off';
const CAUSES = { 'hung: ': 'hung', 'ran on': 'endless', 'out of': 'memory' };

/** What is there in a slot: by its name. */
const copies = new Map();
let entries = new Map();

function entry({ fragment, version }) {
  const key = `${fragment} ${version}`;
  const fresh = { fragment, version, mounts_ms: [], crashes: [], failed: 0, degraded: 0, degraded_ms: 0, swaps: 0 };
  if (!entries.has(key)) entries.set(key, fresh);
  return entries.get(key);
}

function tell(copy) {
  const { mounts_ms } = entry(copy);
  if (mounts_ms.length >= MOST) return false;
  mounts_ms.push(Math.round(copy.ms ?? 0));
  copy.told = true;
  if (copy.degraded) {
    entry(copy).degraded++;
    copy.degraded = false;
  }
  return true;
}

function crash(copy, cause) {
  if (!copy.crashed && tell(copy)) entry(copy).crashes.push(CAUSES[cause.slice(0, 6)] ?? 'panic');
  copy.crashed = true;
}

function take({ slot, fragment, version, from, to, cause, ms }) {
  let copy = copies.get(slot);
  const hasEnded = ['restarting', 'failed', 'blocked'].includes(to);
  if (copy && from == 'mounting') copy.ms ??= ms;
  if (copy && from == 'degraded') {
    const told = entry(copy);
    told.degraded_ms = Math.min(told.degraded_ms + Math.round(ms), A_DAY_MS);
  }
  if (copy && to == 'degraded') copy.degraded ??= true;
  if (cause == PAGE_DIED) {
    if (isNews(fragment, version)) crash({ fragment, version }, 'hung: ');
  } else if (hasEnded && ['loading', 'verifying'].includes(from)) {
    if (cause != OFF) entry({ fragment, version }).failed++;
  } else if (copy && hasEnded && to != 'blocked') {
    if (RUNNING.includes(from)) crash(copy, cause);
  } else if (to == 'idle') {
    if (copy) settle(copy);
    copies.delete(slot);
  } else if (to == 'mounting' && !(copy?.crashed && copy.version == version)) {
    if (copy) settle(copy);
    if (copy && copy.version != version) entry({ fragment, version }).swaps++;
    copy = { fragment, version };
    copies.set(slot, copy);
  }
}

/** Every page that is opened says again what one has died of, for as long as it is barred: it is told once. */
function isNews(fragment, version) {
  const key = `croupier.told.${fragment}`;
  try {
    if (localStorage[key] == version) return false;
    localStorage[key] = version;
  } catch { /* then nothing is barred either */ }
  return true;
}

const settle = (copy) => { if ((!copy.told || copy.degraded) && copy.ms != null && !copy.crashed) tell(copy); };

function report(page) {
  copies.forEach(settle);
  // How the page felt is told of what is on it.
  if (page) copies.forEach(entry);
  const fragments = [...entries.values()];
  entries = new Map();
  if (!fragments.length) return;
  const body = new Blob([JSON.stringify({ fragments, page })], { type: 'application/json' });
  navigator.sendBeacon('/api/telemetry', body);
}

// How the page felt, once: until it is hidden for the first time.
const felt = {};
let shift = { first: 0, last: 0, sum: 0 };
const see = {
  'largest-contentful-paint': ({ startTime }) => { felt.lcp_ms = Math.round(startTime); },
  event: ({ interactionId, duration }) => { if (interactionId) felt.inp_ms = Math.max(felt.inp_ms ?? 0, Math.round(duration)); },
  'layout-shift': ({ hadRecentInput, startTime, value }) => {
    if (hadRecentInput) return;
    if (startTime - shift.last > 1000 || startTime - shift.first > 5000) shift = { first: startTime, sum: 0 };
    shift.last = startTime;
    shift.sum += value * 1000;
    felt.cls_permille = Math.max(felt.cls_permille ?? 0, Math.round(shift.sum));
  },
};
for (const [type, each] of Object.entries(see)) {
  // A browser that does not know it, says nothing of it.
  if (PerformanceObserver.supportedEntryTypes.includes(type)) {
    if (type == 'layout-shift') felt.cls_permille = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true, durationThreshold: 40 });
  }
}

let isTold = false;
function leave() {
  report(isTold ? undefined : felt);
  isTold = true;
}
document.addEventListener('visibilitychange', () => { if (document.hidden) leave(); });
addEventListener('pagehide', leave);
setInterval(report, REPORT_EVERY_MS);
for (const detail of croupier.passed) take(detail);
croupier.passed = undefined;
document.addEventListener('croupier:transition', ({ detail }) => take(detail));
document.addEventListener('croupier:unloadable', ({ detail }) => { entry(detail).failed++; });
