import { expect, test } from 'vitest';
import { Metrics } from '#platform/telemetry/metrics.js';
import { Admission } from './admission.js';
import { BusyError } from './errors/busy.error.js';

/** Enters until it is refused. */
function fill(admission: Admission, tenant: string): (() => void)[] {
  const leaves: (() => void)[] = [];
  for (;;) {
    try {
      leaves.push(admission.enter(tenant));
    } catch (error) {
      expect(error).toBeInstanceOf(BusyError);
      return leaves;
    }
  }
}

test('one tenant has three quarters of the calls, and a newcomer finds some free', () => {
  const admission = new Admission(256, new Metrics('test'));
  const first = fill(admission, 'a');
  expect(first).toHaveLength(192);
  expect(fill(admission, 'b')).toHaveLength(48);
  expect(fill(admission, 'c').length).toBeGreaterThan(0);
  for (const leave of first) leave();
  expect(fill(admission, 'd').length).toBeGreaterThan(100);
});

test('a single call is enough for somebody', () => {
  const admission = new Admission(1, new Metrics('test'));
  const [leave] = fill(admission, 'a');
  expect(fill(admission, 'b')).toEqual([]);
  leave!();
  expect(fill(admission, 'b')).toHaveLength(1);
});
