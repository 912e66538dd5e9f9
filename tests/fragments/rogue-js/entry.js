// The rogue in plain JavaScript: a button for each way to misbehave that needs no Wasm. `data-test`
// names the fault; what is expected of each stands in the failure matrix.

// What never ends takes the tester's browser along. This is as bad for a player, and ends.
const ENDLESS_MS = 8000;

const faults = {
  'throw-click': ['throw in a click', () => { throw new TypeError('the button was pressed'); }],
  rejection: ['reject a promise', () => { Promise.reject(new RangeError('nobody listens')); }],
  'loop-js': ['loop in JavaScript', () => {
    const end = performance.now() + ENDLESS_MS;
    while (performance.now() < end);
  }],
  alert: ['alert', () => { alert('look here'); }],
  'push-state': ['change the address', () => { history.pushState(null, '', '/elsewhere'); }],
  collide: ['collide in styles and ids', ({ root }) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { color: red } .card, .balance { display: none }');
    root.getRootNode().adoptedStyleSheets.push(sheet);
    for (const id of ['main', 'title', 'connection', 'manifest', 'messages']) {
      const twin = document.createElement('span');
      twin.id = id;
      root.append(twin);
    }
  }],
  'restyle-page': ['restyle the page', () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('[data-slot="wallet"] { display: none !important }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }],
  'flood-storage': ['flood the storage', () => {
    const megabyte = 'x'.repeat(1 << 20);
    for (let index = 0; index < 100; index += 1) localStorage.setItem(`rogue-${index}`, megabyte);
  }],
  garbage: ['publish garbage', ({ publish }) => {
    const circle = {};
    circle.circle = circle;
    const trapped = { get player() { throw new Error('do not look'); } };
    const all = [undefined, null, 7, 'x'.repeat(1 << 20), circle, trapped, () => {}, Symbol('no'), [[[[]]]]];
    for (const topic of ['session.sign-in-wanted', 'session.changed', 'no.such.topic', '', 7, null]) {
      for (const payload of all) {
        try { publish(topic, payload); } catch { /* refused, as it should be */ }
      }
    }
  }],
  'read-neighbour': ['read the wallet', ({ root }) => {
    const seen = (window.parent === window ? document : parent.document).querySelector('[data-slot=wallet] .mount');
    root.dataset.seen = seen.shadowRoot.textContent.length;
  }],
  well: ['behave', ({ root }) => { root.dataset.well = true; }],
};

export function mount(host) {
  const list = document.createElement('div');
  list.className = 'faults';
  for (const [name, [words, fault]] of Object.entries(faults)) {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.test = name;
    button.textContent = words;
    button.onclick = () => fault(host);
    list.append(button);
  }
  host.root.append(list);
  return { unmount() { list.remove(); } };
}
