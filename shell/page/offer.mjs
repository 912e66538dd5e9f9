// Stands in the page before its style sheets, where the gateway has a pack to offer: what is asked for here is on its way
// before anything else is there. The gateway fills in the two addresses.
{
  let held;
  try { held = localStorage['croupier.pack']; } catch { /* the player keeps nothing */ }
  // A browser keeps the pack that it came with first: see pack.mjs.
  const cached = held && { cache: 'only-if-cached', mode: 'same-origin' };
  const offered = 'croupier:offered';
  const { load } = croupier;
  const pack = croupier.pack = { offered, held, load, reply: fetch(held ?? offered, cached).catch(() => {}) };
  const script = document.createElement('script');
  // Nothing is loaded before it is known what is in the pack, or that it can't be: pack.mjs takes the place of `load`.
  const ready = new Promise((done) => {
    script.onload = script.onerror = done;
    setTimeout(done, 3e3);
  });
  croupier.load = async (...words) => {
    await ready;
    return pack.load(...words);
  };
  document.head.append(Object.assign(script, { type: 'module', fetchPriority: 'high', src: 'croupier:divider' }));
}
