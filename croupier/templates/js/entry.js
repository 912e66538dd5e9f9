// {{title}}: who plays where, and a greeting. One module without imports; it is minified and otherwise
// shipped as it is. It asks for nothing but what fragment.toml grants, and publishes nothing.
//
// For tests (`data-test`): {{name}}, hello, refresh, loading, failed, none, seated, tables, table.

// The tables that can be played at, the fullest first; of two alike, by name.
export function open(tables) {
  return tables.filter(({ online }) => online)
    .sort((one, other) => other.seated - one.seated || (one.name < other.name ? -1 : 1));
}

// A text of the catalogue. Given `count`, in the plural form that the language has for it.
export function say({ locale, messages }, id, values = {}) {
  const entry = messages[id] ?? id;
  const form = typeof entry == 'string' ? entry : entry[new Intl.PluralRules(locale).select(values.count)] ?? entry.other;
  const number = (value) => typeof value == 'number' ? new Intl.NumberFormat(locale).format(value) : value;
  return form.replace(/\{(\w+)\}/g, (hole, name) => name in values ? number(values[name]) : hole);
}

// An element with its attributes and content. Content is text, never markup.
function element(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...content);
  return made;
}

export function mount(host) {
  const text = (id, values) => say(host, id, values);
  const hello = element('p', { class: 'muted', 'data-test': 'hello' }, text('hello-visitor'));
  const button = element('button', { type: 'button', class: 'button', 'data-test': 'refresh' }, text('refresh'));
  const trouble = element('div', { role: 'alert' });
  const loading = element('p', { class: 'muted', role: 'status', 'data-test': 'loading' }, text('loading'));
  // In place before it says anything: a reader is told what changes in it, not that it has come.
  const sum = element('p', { class: 'figures small', role: 'status', 'data-test': 'seated' });
  const list = element('div', {}, loading);
  const app = element('section', { class: 'app', 'aria-labelledby': '{{name}}-title', 'data-test': '{{name}}' },
    element('div', { class: 'card' },
      element('div', { class: 'head' }, element('h2', { id: '{{name}}-title' }, text('title')), button),
      hello, trouble, element('div', {}, sum, list)));

  const row = ({ id, name, dealer, seated }) => element('li', { class: 'table', 'data-test': 'table', 'data-table': id },
    element('a', { class: 'link', href: `/live/${id}` }, name),
    element('span', { class: 'chip figures' }, text('at-table', { count: seated })),
    element('span', { class: 'muted small' }, text('dealt-by', { dealer })));

  function show(tables) {
    if (!tables.length) {
      sum.textContent = '';
      return list.replaceChildren(element('div', { 'data-test': 'none' },
        element('strong', {}, text('none')), element('p', { class: 'muted small' }, text('none-text'))));
    }
    const count = tables.reduce((all, { seated }) => all + seated, 0);
    sum.textContent = text('seated', { count });
    list.replaceChildren(element('ul', { class: 'tables', 'data-test': 'tables' }, ...tables.map(row)));
  }

  // Asks once at a time. What was known stays until there is an answer.
  async function refresh() {
    if (button.ariaBusy == 'true') return;
    button.ariaBusy = 'true';
    try {
      const { status, body } = await host.request({ method: 'GET', path: '/api/live/tables' });
      if (status != 200) throw new Error(`the tables answer ${status}`);
      trouble.replaceChildren();
      show(open(body.tables));
      host.report('healthy', '');
    } catch (error) {
      loading.remove();
      trouble.replaceChildren(element('p', { class: 'notice', 'data-test': 'failed' }, text('failed')));
      // The slot says so to the shell; the fragment goes on.
      host.report('degraded', String(error));
    }
    button.ariaBusy = 'false';
  }

  const end = host.subscribe('session.changed', ({ player }) => {
    hello.textContent = player ? text('hello', { name: player.name }) : text('hello-visitor');
  });
  button.onclick = refresh;
  host.root.append(app);
  refresh();
  return {
    unmount() {
      end();
      app.remove();
    },
  };
}
