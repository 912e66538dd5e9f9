// The page of `dev`: gives the fragment's page what the knobs say, tells it of new builds, and writes down what it says.
import { createAnswers } from '/dev/answers.mjs';

const MOST_LINES = 500;
const LONGEST_TEXT = 2000;
const $ = (id) => document.getElementById(id);
const knobs = $('knobs').elements;
const fragment = document.title.split(' ')[0];
const answers = createAnswers($('requests'), fragment);
let latest = {};
let frame;

const stage = () => frame?.contentWindow?.stage;

/** A line of the log: what it did, with what. */
function note(what, subject = '', more) {
  const line = document.createElement('p');
  line.className = what;
  const cells = [['time', new Date().toLocaleTimeString('en', { hour12: false })], ['b', what], ['span', `${subject} `]];
  for (const [tag, text] of cells) line.append(Object.assign(document.createElement(tag), { textContent: text }));
  if (more !== undefined && more !== '') {
    const text = typeof more == 'string' ? more : JSON.stringify(more);
    line.lastChild.append(Object.assign(document.createElement('q'), { textContent: text.slice(0, LONGEST_TEXT) }));
  }
  const log = $('log');
  log.append(line);
  while (log.childElementCount > MOST_LINES) log.firstChild.remove();
  log.scrollTop = log.scrollHeight;
}

/** For the fragment's page. */
globalThis.stand = {
  note,
  answer: answers.answer,
  moved(path) { knobs.path.value = path; },
  turned({ to, cause, ms }) {
    $('state').textContent = to;
    note('is', `${to} after ${ms} ms`, cause);
    if (to == 'mounted') refresh();
  },
  swapped({ from, to, ms }) {
    note('swaps', `${from} → ${to} in ${Math.round(ms)} ms`);
    refresh();
  },
};

/** What stands on the page is of this build from now on. */
function refresh() {
  const facts = stage()?.facts();
  if (!facts) return;
  const version = stage().version();
  $('version').textContent = version;
  $('waits').hidden = latest.state != 'built' || latest.version == version;
  const focused = document.activeElement?.closest('#requests, fieldset:has(#topic)');
  // Whoever is typing there goes on typing.
  if (focused) return;
  answers.show(facts.requests);
  $('no-requests').hidden = facts.requests.length > 0;
  offer(facts.topics);
}

function offer(topics) {
  const select = $('topic');
  const chosen = select.value;
  const order = topics.toSorted((one, other) => other.heard - one.heard);
  select.replaceChildren(...order.map(({ name, heard }) => new Option(heard ? name : `${name} (it does not listen)`, name)));
  const example = () => {
    $('payload').value = JSON.stringify(topics.find(({ name }) => name == select.value)?.example, null, 2);
    $('payload-wrong').textContent = '';
  };
  select.onchange = example;
  if (topics.some(({ name }) => name == chosen)) select.value = chosen;
  else example();
}

/** The fragment's page, from the start: with what can't change while it is open. */
function open() {
  const asked = new URLSearchParams();
  for (const name of ['locale', 'theme', 'player', 'placement', 'slot', 'view', 'path', 'table']) {
    if (knobs[name].value) asked.set(name, knobs[name].value);
  }
  frame?.remove();
  frame = Object.assign(document.createElement('iframe'), { title: `${fragment}, alone`, src: `/stage?${asked}` });
  $('window').append(frame);
}

/** What the first build says of itself. */
async function begin() {
  const facts = await (await fetch('/dev/facts.json')).json();
  const names = new Intl.DisplayNames('en', { type: 'language' });
  knobs.locale.replaceChildren(...facts.locales.map((locale) => new Option(names.of(locale), locale)));
  knobs.slot.replaceChildren(...facts.fragment.slots.map(({ name }) => new Option(name, name)));
  knobs.placement.value = facts.fragment.placement;
  const [{ routes: [route] }] = facts.fragment.slots;
  knobs.path.value = route ?? '/';
  answers.show(facts.requests);
  open();
}

function told(build) {
  latest = build;
  const { state, version, ms, why } = build;
  $('build').dataset.state = state;
  $('build').textContent = { building: 'Building …', built: `Built in ${(ms / 1000).toFixed(1)} s`, failed: 'The build has failed' }[state];
  $('failure').hidden = state != 'failed';
  if (state == 'failed') {
    $('failure-why').textContent = why;
    $('failure-stays').textContent = version ? `${version}, the last good build, goes on behind this.` : 'There is no build yet.';
    $('failure-hide').hidden = !version;
  }
  if (state != 'built') return;
  if (!frame) begin();
  else if (!stage()) open();
  else if (version != stage().version()) {
    $('waits').hidden = false;
    stage().renew();
  }
}

for (const name of ['locale', 'player', 'placement', 'slot']) knobs[name].onchange = open;
knobs.theme.onchange = () => {
  document.documentElement.dataset.theme = knobs.theme.value;
  // As on the page of a floor: nobody is told, the colours change.
  const page = frame?.contentDocument?.documentElement;
  if (page) page.dataset.theme = knobs.theme.value;
};
for (const name of ['view', 'path', 'table']) {
  knobs[name].onchange = () => stage()?.update({ [name]: knobs[name].value || undefined });
}
$('knobs').onsubmit = (event) => event.preventDefault();
$('unmount').onclick = () => stage()?.unmount();
$('mount').onclick = () => stage()?.mount();
$('restore').onclick = () => stage()?.restore();
$('take').onclick = () => stage()?.unmount();
$('clear').onclick = () => $('log').replaceChildren();
$('failure-hide').onclick = () => { $('failure').hidden = true; };
$('publish').onclick = () => {
  let payload;
  try {
    payload = JSON.parse($('payload').value);
  } catch ({ message }) {
    $('payload-wrong').textContent = `Not JSON, and not published: ${message}`;
    return;
  }
  $('payload-wrong').textContent = '';
  note('hears', $('topic').value, payload);
  stage()?.publish($('topic').value, payload);
};
const widths = document.querySelectorAll('[data-width]');
for (const button of widths) {
  button.onclick = () => {
    $('window').style.inlineSize = button.dataset.width ? `${button.dataset.width}px` : '';
    for (const other of widths) other.ariaPressed = `${other == button}`;
  };
}

const builds = new EventSource('/dev/events');
builds.addEventListener('build', ({ data }) => {
  const build = JSON.parse(data);
  if (build) told(build);
});
builds.onerror = () => {
  $('build').dataset.state = 'gone';
  $('build').textContent = '`cargo croupier dev` has ended';
};
