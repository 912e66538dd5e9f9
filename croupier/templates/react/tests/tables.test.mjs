// What needs no browser; `node --test` runs it, and `cargo croupier test --only unit`.
import assert from 'node:assert/strict';
import test from 'node:test';
import { open, say } from '../view/tables.js';

const table = (id, seated, online = true) => ({ id, name: `Table ${id}`, seated, online });

test('the fullest open table comes first', () => {
  const order = open([table('b', 2), table('closed', 9, false), table('a', 2), table('c', 7)]).map(({ id }) => id);
  assert.deepEqual(order, ['c', 'a', 'b']);
});

test('a text is filled, in the plural form of its language', () => {
  const messages = { hello: 'Hello {name}', seats: { one: '{count} seat', other: '{count} seats' } };
  const host = { locale: 'en', messages };
  assert.equal(say(host, 'hello', { name: '<b>' }), 'Hello <b>');
  assert.equal(say(host, 'seats', { count: 1 }), '1 seat');
  assert.equal(say(host, 'seats', { count: 1200 }), '1,200 seats');
  assert.equal(say(host, 'missing'), 'missing', 'the player can go on, and everybody sees what to fix');
});
