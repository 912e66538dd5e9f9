// What the shell decides in Wasm (shell/src/edge/host.rs, shell/src/core), decided here as whoever develops wants it:
// who may say what on the bus, and what comes of a request. The host object itself is the shell's, of edge.js.
//
// Nothing in here knows the page around: what it hears it says to `note`, what it is to answer it asks `answers`.
const DEADLINE_MS = 10_000;
const MOST_SUBSCRIPTIONS = 64;

const refused = (topic, why) => croupier.error('Refused', `${topic}: ${why}`);
const copy = (value) => value === undefined ? undefined : JSON.parse(JSON.stringify(value));

/** Whether a path is one of a template's: `/api/live/tables/{table}`. */
function isOf(template, path) {
  const [parts, segments] = [template, path.split('?')[0]].map((text) => text.split('/'));
  return parts.length == segments.length
    && parts.every((part, index) => part == segments[index] || part.startsWith('{') && segments[index]);
}

/** As contract's `Capabilities::grants`. */
function grants({ requests }, method, path) {
  if (!path.startsWith('/api/') || /\.\.|\/\/|[\\%]|[^!-~]/.test(path)) return false;
  const [plain] = path.split(/[?#]/);
  return requests.some((granted) => {
    const [verb, pattern] = granted.split(' ');
    return verb == method && (pattern.endsWith('*') ? plain.startsWith(pattern.slice(0, -1)) : plain == pattern);
  });
}

/** The bus of one page. Retained payloads outlive an instance, subscriptions do not. */
export function createBus(note, crashed) {
  const retained = new Map([['session.changed', { player: null }], ['shell.connection', { online: true }]]);
  let subscriptions = new Map();
  let last = 0;
  const deliver = (handler, payload) => {
    try {
      handler(copy(payload));
    } catch (thrown) {
      crashed(thrown);
    }
  };
  return {
    publish({ name, retained: keeps }, payload) {
      if (keeps) retained.set(name, payload);
      for (const { topic, handler } of [...subscriptions.values()]) {
        if (topic == name) deliver(handler, payload);
      }
    },
    subscribe(topic, handler) {
      if (subscriptions.size >= MOST_SUBSCRIPTIONS) throw refused(topic, 'too many');
      if (typeof handler != 'function') throw refused(topic, 'the handler is no function');
      subscriptions.set(++last, { topic, handler });
      const id = last;
      // After the call, as the shell does it.
      if (retained.has(topic)) queueMicrotask(() => subscriptions.has(id) && deliver(handler, retained.get(topic)));
      note('subscribes', topic);
      return id;
    },
    unsubscribe: (id) => { subscriptions.delete(id); },
    /** Nothing of an instance that is gone is called. */
    forget() { subscriptions = new Map(); },
  };
}

/** What becomes of a request: `answers` says it for each operation that is granted. */
export async function respond({ fragment, requests }, answers, note, { method, path, body, idempotencyKey }) {
  const said = `${method} ${path}`;
  if (!grants(fragment.capabilities, method, path)) {
    note('refused', said, 'fragment.toml does not grant it');
    throw croupier.error('NotGranted', said);
  }
  const operation = requests.find((one) => one.method == method && isOf(one.path, path));
  const answer = operation ? answers(operation) : { kind: 'status', status: 404, body: null, after_ms: 0 };
  note('requests', said, copy({ body, idempotencyKey }));
  const ms = answer.kind == 'timeout' ? DEADLINE_MS : Math.min(answer.after_ms, DEADLINE_MS);
  if (ms) await new Promise((done) => { setTimeout(done, ms); });
  if (answer.kind == 'timeout' || answer.after_ms >= DEADLINE_MS) {
    note('gets', said, 'no answer in time');
    throw croupier.error('Timeout', said);
  }
  if (answer.kind == 'offline') {
    note('gets', said, 'nobody can be reached');
    throw croupier.error('Offline', said);
  }
  note('gets', `${answer.status} for ${said}`, answer.body);
  return { status: answer.status, body: copy(answer.body) };
}

/** The one ear for all of a host's methods; its numbers are those of host.rs. */
export function createEar({ facts, bus, answers, note, navigate, state, crashed }) {
  const { fragment, topics } = facts;
  const known = (name) => {
    const topic = topics.find((one) => one.name == name);
    if (!topic) throw refused(name, 'no such topic');
    return topic;
  };
  const ears = [
    function publish(name, payload) {
      const topic = known(name);
      if (!topic.said) throw refused(name, 'not granted by the manifest');
      if ((JSON.stringify(payload) ?? '').length > fragment.limits.payload_kib * 1024) throw refused(name, 'payload too large');
      note('publishes', name, copy(payload));
      bus.publish(topic, payload);
    },
    function subscribe(name, handler) {
      if (!known(name).heard) throw refused(name, 'not granted by the manifest');
      return bus.subscribe(name, handler);
    },
    bus.unsubscribe,
    (request) => respond(facts, answers, note, request),
    navigate,
    function report(level, message) {
      note('reports', level, message);
      if (['degraded', 'healthy'].includes(level)) state(level == 'healthy' ? 'mounted' : 'degraded', message);
    },
    crashed,
    crashed,
    () => {},
  ];
  return (what, words) => {
    try {
      return ears[what]?.(...words ?? []);
    } catch (error) {
      if (error.name == 'Refused') note('refused', error.message);
      throw error;
    }
  };
}
