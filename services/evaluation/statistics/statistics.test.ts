import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, expect, test } from 'vitest';
import { type AuditRow, auditRoles } from '#contracts/audit.js';
import { figuresOf } from '../audit/findings.js';
import { Tally } from '../audit/tally.js';
import { Statistics } from './statistics.js';

const statistics = new Statistics();
afterAll(() => statistics.onApplicationShutdown());

const scores = ['direct', 'loss', 'zlib', 'minK', 'minKPlusPlus'];

/** Figures that differ from row to row, of both sets and all models; of an attack, verdicts. */
const rowsOf = (questions: number): AuditRow[] =>
  Array.from({ length: questions }, (_, index) => index).flatMap((index) =>
    auditRoles.flatMap((role, i): AuditRow[] => {
      const row = { role, index, question: 'q', gold: 'g' };
      const figures = Object.fromEntries(scores.map((name) => [name, Math.sin(index * 7 + i)]));
      return [
        { ...row, probe: 'gold', figures },
        { ...row, probe: 'holdout', figures },
        { ...row, probe: 'first-word', answer: 'a', leak: index % 3 === i, figures: {} },
      ];
    }),
  );

test('says what the figures are, and keeps nobody else waiting', async () => {
  const tally = await Tally.of(rowsOf(2000));
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const started = performance.now();
  const figures = await statistics.audit(tally, new AbortController().signal);
  const took = performance.now() - started;
  delay.disable();
  expect(delay.max / 1e6).toBeLessThan(took / 3);
  expect(figures).toEqual(figuresOf(tally));
}, 60_000);

test('nobody waits for the figures of a job that is cancelled', async () => {
  const controller = new AbortController();
  controller.abort(new Error('cancelled'));
  const tally = await Tally.of(rowsOf(1));
  await expect(statistics.audit(tally, controller.signal)).rejects.toThrow('cancelled');
});
