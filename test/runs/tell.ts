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
  const rows = Object.entries({ undisturbed, interrupted }).flatMap(([name, run]) =>
    run ? [rowOf(name, run)] : [],
  );
  if (rows.length > 0) console.log(table(HEAD, rows));
  if (interrupted) console.log(`killed meanwhile: ${JSON.stringify(interrupted.kills)}`);
  const { planned, looked, seconds, cells } = cancelled;
  console.log(
    `cancelled: planned in ${planned.toFixed(1)} s, a look ${milliseconds(looked)}, ended after ${seconds.toFixed(1)} s, ${told(cells)}`,
  );
  const broken = violations(outcome);
  for (const one of broken) console.error(one);
  if (broken.length === 0) rmSync(home, { recursive: true, force: true });
  else console.error(`logs: ${layout(home).logs}`);
  return broken.length === 0;
}

function violations({ undisturbed, interrupted, cancelled, wrong }: RunsOutcome): string[] {
  const found: [boolean, string][] = [
    ...(undisturbed ? [ended('undisturbed', undisturbed)] : []),
    ...(undisturbed && interrupted ? differences(undisturbed, interrupted) : []),
    [cancelled.cells.cancelled === 0, `nothing was cancelled: ${told(cancelled.cells)}`],
    [cancelled.later > 0, `${cancelled.later} cells went on after their run was cancelled`],
  ];
  return [...found.flatMap(([isSo, what]) => (isSo ? [what] : [])), ...wrong];
}

function differences(undisturbed: Measured, interrupted: Interrupted): [boolean, string][] {
  const { kills, results, figures } = interrupted;
  return [
    ended('interrupted', interrupted),
    [
      Object.values(kills).every((count) => count === 0),
      'nothing was killed: the run was too short',
    ],
    [results !== undisturbed.results, 'answers and scores differ'],
    [figures !== undisturbed.figures, 'figures differ'],
  ];
}

const ended = (name: string, { cells }: Measured): [boolean, string] => [
  cells.succeeded !== cells.total,
  `${name}: ${told(cells)}`,
];

const rowOf = (name: string, { planned, looked, cells, seconds, bytes, results }: Measured) => [
  name,
  cells.total,
  `${planned.toFixed(1)} s`,
  milliseconds(looked),
  seconds.toFixed(0),
  bytes,
  results.slice(0, 16),
];

const milliseconds = (seconds: number): string => `${(seconds * 1000).toFixed(0)} ms`;

const told = ({ total, ...cells }: Measured['cells']): string =>
  `of ${total} cells ${Object.entries(cells)
    .flatMap(([status, count]) => (count > 0 ? [`${count} ${status}`] : []))
    .join(', ')}`;
