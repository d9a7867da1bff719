// Prints what a run came to, and keeps or removes the platform's folder.

import { rmSync } from 'node:fs';
import { layout } from '#supervisor/layout.js';
import { table } from '../testing/markdown.js';
import type { Measured } from './measured.js';
import type { Interrupted, RunsOutcome } from './run.js';

const HEAD = ['run', 'cells', 'planned in', 'a look', 'seconds', 'bytes of results', 'SHA-256'];

/** @returns whether every promise was kept. */
export function tell(outcome: RunsOutcome): boolean {
  const { options, undisturbed, interrupted, cancelled, home } = outcome;
  console.log(`seed ${options.seed}: ${options.adapters} adapters x ${options.tasks.join(', ')}\n`);
  const rows = [rowOf('undisturbed', undisturbed)];
  if (interrupted) rows.push(rowOf('interrupted', interrupted));
  console.log(table(HEAD, rows));
  if (interrupted) console.log(`killed meanwhile: ${JSON.stringify(interrupted.kills)}`);
  console.log(`cancelled: ended after ${cancelled.seconds.toFixed(1)} s, ${told(cancelled.cells)}`);
  const broken = violations(outcome);
  for (const one of broken) console.error(one);
  if (broken.length === 0) rmSync(home, { recursive: true, force: true });
  else console.error(`logs: ${layout(home).logs}`);
  return broken.length === 0;
}

function violations({ undisturbed, interrupted, cancelled, wrong }: RunsOutcome): string[] {
  const found: [boolean, string][] = [
    [lacks(undisturbed), `undisturbed: ${told(undisturbed.cells)}`],
    ...(interrupted ? differences(undisturbed, interrupted) : []),
    [cancelled.cells.cancelled === 0, `nothing was cancelled: ${told(cancelled.cells)}`],
    [cancelled.later > 0, `${cancelled.later} cells went on after their run was cancelled`],
  ];
  return [...found.flatMap(([isSo, what]) => (isSo ? [what] : [])), ...wrong];
}

function differences(undisturbed: Measured, interrupted: Interrupted): [boolean, string][] {
  const { kills, results, figures } = interrupted;
  return [
    [lacks(interrupted), `interrupted: ${told(interrupted.cells)}`],
    [
      Object.values(kills).every((count) => count === 0),
      'nothing was killed: the run was too short',
    ],
    [results !== undisturbed.results, 'answers and scores differ'],
    [figures !== undisturbed.figures, 'figures differ'],
  ];
}

const lacks = ({ cells }: Measured): boolean => cells.succeeded !== cells.total;

const rowOf = (name: string, { planned, looked, cells, seconds, bytes, results }: Measured) => [
  name,
  cells.total,
  `${planned.toFixed(1)} s`,
  `${(looked * 1000).toFixed(0)} ms`,
  seconds.toFixed(0),
  bytes,
  results.slice(0, 16),
];

const told = ({ total, ...cells }: Measured['cells']): string =>
  `of ${total} cells ${Object.entries(cells)
    .flatMap(([status, count]) => (count > 0 ? [`${count} ${status}`] : []))
    .join(', ')}`;
