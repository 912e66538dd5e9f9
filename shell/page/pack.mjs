// All that every page needs, in one stream: divides it as it arrives, so that what comes first is started before the
// last of it is there.
//
// A browser keeps the pack that it came with first and loads what has changed since singly: as what differs from that
// pack, where it can do that. It asks for another pack only once it has lost its own: see offer.mjs. Nothing is
// believed for being in a pack: what is not what the manifest says is not in it, and whatever goes wrong, single files
// are loaded.
const HELD = 'croupier.pack';
const MAX_INDEX_BYTES = 65_536;
const MAX_BYTES = 4 * 1024 * 1024;
/** A pack of which nothing arrives for so long is given up. */
const STALL_MS = 3000;

/**
 * Divides what `read` returns, one piece after the other and nothing at the end. `expect` is called with the
 * addresses of all files, then `give` with each file once it is whole. Rejects if it is no pack, or not all of it.
 */
export async function divide(read, expect, give) {
  let rest = new Uint8Array();
  const more = async () => {
    rest = await read();
    if (!rest) throw new Error('cut short');
  };
  let index = '';
  while (!index.endsWith('\n\n')) {
    if (!rest.length) await more();
    const end = findEnd(index, rest);
    index += String.fromCharCode(...rest.subarray(0, end));
    rest = rest.subarray(end);
    if (index.length > MAX_INDEX_BYTES) throw new Error('no list');
  }
  const files = index.slice(0, -2).split('\n').map((line) => /^(\/\S+) (\d{1,7})$/.exec(line));
  if (!files.every(Boolean)) throw new Error('no list');
  if (files.reduce((sum, [,, size]) => sum + +size, 0) > MAX_BYTES) throw new Error('too much');
  expect(files.map(([, url]) => url));
  for (const [, url, size] of files) {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size;) {
      if (!rest.length) await more();
      const part = rest.subarray(0, size - at);
      bytes.set(part, at);
      at += part.length;
      rest = rest.subarray(part.length);
    }
    give(url, bytes.buffer);
  }
  while (!rest.length) {
    rest = await read();
    if (!rest) return;
  }
  throw new Error('too long');
}

/** How much of a piece belongs to the list: up to the empty line, or all, of which a little at a time. */
function findEnd(index, piece) {
  const most = Math.min(piece.length, 4096);
  for (let at = 0; at < most; at++) {
    if (piece[at] == 10 && (at ? piece[at - 1] == 10 : index.endsWith('\n'))) return at + 1;
  }
  return most;
}

const within = (promise) => new Promise((done, failed) => {
  const late = setTimeout(() => failed(new Error('it has stalled')), STALL_MS);
  promise.then(done, failed).finally(() => clearTimeout(late));
});

/** The pieces of a reply. */
async function* pieces(reply) {
  const reader = reply.body.getReader();
  try {
    for (;;) {
      const { done, value } = await within(reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * Takes in a pack: `reply` is the answer to the page's request for the one that it has `held`, else for the one that
 * it is `offered`. Returns a function that gives a file of it, verified; nothing for what is to be loaded singly.
 */
export function open({ offered, held, reply: asked }) {
  const files = new Map();
  let known;
  const index = new Promise((done) => { known = done; });
  const expect = (urls) => {
    for (const url of urls) {
      const file = {};
      file.bytes = new Promise((done) => { file.done = done; });
      files.set(url, file);
    }
    known();
  };
  const take = async () => {
    let reply = await within(asked);
    const isLost = held && !reply?.ok;
    if (isLost) reply = await within(fetch(offered));
    if (!reply?.ok) throw new Error(`${offered}: ${reply?.status}`);
    const source = pieces(reply);
    await divide(async () => (await source.next()).value, expect, (url, bytes) => files.get(url).done(bytes));
    store(isLost || !held ? offered : held);
  };
  take().catch((error) => {
    store();
    croupier.log('warn', `pack: ${error.message}; files are loaded singly`);
  }).finally(() => {
    known();
    for (const { done } of files.values()) done();
  });
  return async (file) => {
    await index;
    const bytes = await files.get(file.url)?.bytes;
    // It is asked for once; who asks again wants another one.
    files.delete(file.url);
    if (!bytes || await croupier.wrong([bytes], [file]) === undefined) return bytes;
    store();
  };
}

/** Loads files out of the pack, and singly what is not in it or is to be fetched afresh. */
export const through = (take, load) => (needed, fresh, ms) => Promise.all(needed.map(async (file) =>
  file && ((!fresh && await take(file)) || (await load([file], fresh, ms))[0])));

function store(url) {
  // A storage may be closed or full: then the next page begins afresh.
  try { url ? localStorage.setItem(HELD, url) : localStorage.removeItem(HELD); } catch { /* so be it */ }
}

const { pack } = croupier;
if (pack) pack.load = through(open(pack), pack.load);
