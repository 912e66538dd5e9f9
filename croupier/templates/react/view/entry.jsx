// {{title}}: who plays where, and a greeting. It asks for nothing but what fragment.toml grants, and
// publishes nothing.
//
// For tests (`data-test`): {{name}}, hello, refresh, loading, failed, none, seated, tables, table.

import { useCallback, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { open, say } from './tables.js';

// The tables, and how to ask again. What was known stays until there is an answer.
function useTables(host) {
  const [known, setKnown] = useState({ failed: false, busy: true });
  const ask = useCallback(async () => {
    setKnown((before) => ({ ...before, busy: true }));
    try {
      const { status, body } = await host.request({ method: 'GET', path: '/api/live/tables' });
      if (status !== 200) throw new Error(`the tables answer ${status}`);
      setKnown({ tables: open(body.tables), failed: false, busy: false });
      host.report('healthy', '');
    } catch (error) {
      setKnown((before) => ({ ...before, failed: true, busy: false }));
      // The slot says so to the shell; the fragment goes on.
      host.report('degraded', String(error));
    }
  }, [host]);
  useEffect(() => { ask(); }, [ask]);
  return { ...known, refresh: () => { if (!known.busy) ask(); } };
}

function usePlayer(host) {
  const [player, setPlayer] = useState(null);
  useEffect(() => host.subscribe('session.changed', (session) => setPlayer(session.player)), [host]);
  return player;
}

function List({ tables, text }) {
  if (!tables.length) {
    return (
      <div data-test="none">
        <strong>{text('none')}</strong>
        <p className="muted small">{text('none-text')}</p>
      </div>
    );
  }
  return (
    <>
      <p className="figures small" role="status" data-test="seated">
        {text('seated', { count: tables.reduce((sum, { seated }) => sum + seated, 0) })}
      </p>
      <ul className="tables" data-test="tables">
        {tables.map(({ id, name, dealer, seated }) => (
          <li key={id} className="table" data-test="table" data-table={id}>
            <a className="link" href={`/live/${id}`}>{name}</a>
            <span className="chip figures">{text('at-table', { count: seated })}</span>
            <span className="muted small">{text('dealt-by', { dealer })}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function App({ host }) {
  const text = (id, values) => say(host, id, values);
  const player = usePlayer(host);
  const { tables, failed, busy, refresh } = useTables(host);
  return (
    <section className="app" aria-labelledby="{{name}}-title" data-test="{{name}}">
      <div className="card">
        <div className="head">
          <h2 id="{{name}}-title">{text('title')}</h2>
          <button type="button" className="button" aria-busy={busy} data-test="refresh" onClick={refresh}>
            {text('refresh')}
          </button>
        </div>
        <p className="muted" data-test="hello">
          {player ? text('hello', { name: player.name }) : text('hello-visitor')}
        </p>
        {failed && <p className="notice" role="alert" data-test="failed">{text('failed')}</p>}
        {tables ? <List tables={tables} text={text} /> : !failed && <p className="muted" role="status" data-test="loading">{text('loading')}</p>}
      </div>
    </section>
  );
}

export function mount(host) {
  const root = createRoot(host.root);
  root.render(<App host={host} />);
  return { unmount: () => root.unmount() };
}
