// Prints a run as tables, writes it as JSON, and keeps or removes the platform's folder.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layout, projectRoot } from '#supervisor/layout.js';
import { table } from '../testing/markdown.js';
import type { FaultsRun } from './run.js';
import { processNames } from './victim.js';

const folder = join(projectRoot, '.lethe', 'faults');
/** Of one kind of violation; the JSON has all. */
const SHOWN = 10;

/** @returns whether every promise was kept. */
export function tell(run: FaultsRun): boolean {
  console.log(`seed ${run.options.seed}: ${run.succeeded} of ${run.jobs} jobs succeeded`);
  console.log(`${run.seconds} s; not answered, and asked again: ${JSON.stringify(run.refused)}\n`);
  console.log(faultTable(run));
  console.log(violationTable(run));
  const violations = Object.entries(run.violations).filter(([, list]) => list.length > 0);
  for (const [name, list] of violations)
    console.error([`${name}:`, ...list.slice(0, SHOWN)].join('\n  '));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `seed-${run.options.seed}.json`);
  writeFileSync(file, `${JSON.stringify(run, null, 2)}\n`);
  console.log(`all of it: ${file}`);
  const isSound = violations.length === 0;
  if (isSound) rmSync(run.home, { recursive: true, force: true });
  else console.error(`logs: ${layout(run.home).logs}`);
  return isSound;
}

function faultTable({ struck }: FaultsRun): string {
  const count = (victim: string, kind: string): number =>
    struck.filter(({ fault, hit }) => hit && fault.victim === victim && fault.kind === kind).length;
  const rows = [...processNames, 'postgres'].map((name) => [
    name,
    ...['kill', 'stop', 'restart'].map((kind) => count(name, kind)),
  ]);
  return table(['process', 'SIGKILL', 'SIGSTOP', 'restarted'], rows);
}

function violationTable({ violations }: FaultsRun): string {
  const names = Object.keys(violations);
  return table(names, [Object.values(violations).map(({ length }) => length)]);
}
