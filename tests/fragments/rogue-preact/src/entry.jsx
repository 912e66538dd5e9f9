// The rogue in Preact: a button for each place in which code that a framework calls can fail.
// `data-test` names the fault; what is expected of each stands in the failure matrix. Preact is the
// component model that most of the web is written in, in five kilobytes and without a dependency.

import { render } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

const FAULTS = {
  'preact-throw-render': 'throw in a render',
  'preact-throw-effect': 'throw in an effect',
  'preact-reject-effect': 'reject a promise in an effect',
  'preact-throw-cleanup': "throw in an effect's clean-up",
  'preact-loop-effect': 'render without end',
  well: 'behave',
};

// What never ends takes the tester's browser along. This is as bad for a player, and ends.
const ENDLESS_MS = 8000;

function Faults() {
  const [{ pressed, at_ms }, press] = useState({});
  const [, renderAgain] = useState();
  if (pressed === 'preact-throw-render') throw new TypeError('it was rendered');
  useEffect(() => {
    if (pressed === 'preact-throw-effect') throw new TypeError('the effect ran');
    if (pressed === 'preact-reject-effect') Promise.reject(new RangeError('the effect is not awaited'));
    return () => {
      if (pressed === 'preact-throw-cleanup') throw new TypeError('the effect was cleaned up');
    };
  }, [pressed]);
  useLayoutEffect(() => {
    if (pressed === 'preact-loop-effect' && performance.now() < at_ms + ENDLESS_MS) renderAgain({});
  });
  return (
    <div class="faults" data-well={pressed === 'well' || undefined}>
      {Object.entries(FAULTS).map(([name, words]) => (
        <button type="button" data-test={name} onClick={() => press({ pressed: name, at_ms: performance.now() })}>
          {words}
        </button>
      ))}
    </div>
  );
}

export function mount({ root }) {
  render(<Faults />, root);
  return { unmount: () => render(null, root) };
}
