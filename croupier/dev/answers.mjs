// What comes of each request that the fragment is granted: one of the answers that the API's description knows, with a
// body to edit, or none. What was chosen is remembered for the next time.
const DELAYS = [[0, 'at once'], [500, 'after 0.5 s'], [3000, 'after 3 s'], [9000, 'after 9 s']];
const WITHOUT = [['offline', 'Offline: nobody can be reached'], ['timeout', 'Timeout: no answer for 10 s']];
const nameOf = ({ method, path }) => `${method} ${path}`;

const element = (tag, attributes = {}, ...content) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
};

/** Knobs for the operations in `place`; `answer(operation)` says what is chosen. */
export function createAnswers(place, fragment) {
  const key = `croupier.dev.${fragment}`;
  const kept = (() => { try { return JSON.parse(localStorage[key]); } catch { return {}; } })();
  const keep = () => { try { localStorage[key] = JSON.stringify(kept); } catch { /* then for as long as the page lives */ } };

  function row(operation) {
    const name = nameOf(operation);
    // Of an earlier build of the description another answer may have been chosen.
    const known = (chosen) => chosen && (WITHOUT.some(([kind]) => kind == chosen.choice)
      || operation.answers.some(({ status }) => `${status}` == chosen.choice));
    const chosen = kept[name] = known(kept[name]) ? kept[name] : { choice: `${operation.answers[0].status}`, after_ms: 0, bodies: {} };
    const badge = element('b');
    const choice = element('select', { 'aria-label': `Answer to ${name}`, 'data-test': `answer ${name}` },
      ...operation.answers.map(({ status, what }) => element('option', { value: status }, `${status} ${what}`)),
      ...WITHOUT.map(([kind, what]) => element('option', { value: kind }, what)));
    const after = element('select', { 'aria-label': `How fast ${name} is answered` },
      ...DELAYS.map(([ms, what]) => element('option', { value: ms }, what)));
    const body = element('textarea', { rows: 6, spellcheck: 'false', 'aria-label': `Body of the answer to ${name}` });
    const wrong = element('p', { class: 'wrong', role: 'alert' });

    const show = () => {
      const answer = operation.answers.find(({ status }) => `${status}` == chosen.choice);
      choice.value = chosen.choice;
      after.value = chosen.after_ms;
      badge.textContent = chosen.choice;
      badge.className = answer && answer.status < 400 ? '' : 'bad';
      body.hidden = !answer;
      if (answer) body.value = chosen.bodies[answer.status] ?? JSON.stringify(answer.body, null, 2);
      wrong.textContent = '';
    };
    choice.onchange = () => {
      chosen.choice = choice.value;
      keep();
      show();
    };
    after.onchange = () => {
      chosen.after_ms = Number(after.value);
      keep();
    };
    body.oninput = () => {
      try {
        JSON.parse(body.value);
        wrong.textContent = '';
        chosen.bodies[chosen.choice] = body.value;
        keep();
      } catch ({ message }) {
        wrong.textContent = `Not JSON, and not used: ${message}`;
      }
    };
    show();
    return element('details', {}, element('summary', {}, `${name} `, badge), element('div', {}, choice, after, body, wrong));
  }

  return {
    show(operations) { place.replaceChildren(...operations.map(row)); },
    answer(operation) {
      const { choice, after_ms, bodies } = kept[nameOf(operation)];
      const answer = operation.answers.find(({ status }) => `${status}` == choice);
      if (!answer) return { kind: choice, after_ms };
      const edited = bodies[choice];
      return { kind: 'status', status: answer.status, after_ms, body: edited === undefined ? answer.body : JSON.parse(edited) };
    },
  };
}
