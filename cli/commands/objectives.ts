// lethe objectives: the ways to forget that a request can name, and the masks.

import type { Command } from 'commander';
import { documentOptions } from '#contracts/choices/choice.js';
import { masks } from '#contracts/masks/index.js';
import { objectives, unlearningNames } from '#contracts/objectives/index.js';
import type { Objective } from '#contracts/objectives/objective.js';
import { print, printJson, table } from '../output.js';

export function registerObjectives(program: Command): void {
  program
    .command('objectives')
    .description('list the ways to forget and the masks, with their options and defaults')
    .option('--json', 'print JSON, for machines')
    .action(list);
}

/** Beside the forget and the retain set, which every request has. */
function needsOf({ rows, alternate }: Objective): string[] {
  if (rows === 'augmented' || alternate === 'augmented') return ['augmentation'];
  return alternate === 'file' ? ['an "alternate" in each row of the forget file'] : [];
}

const defaultsOf = (options: Readonly<Record<string, { default?: unknown }>>): string =>
  Object.entries(options)
    .map(([option, { default: value }]) => `${option}=${String(value)}`)
    .join('\n') || '-';

const describeObjective = (name: string, objective: Objective) => ({
  name,
  summary: objective.summary,
  needs: needsOf(objective),
  options: documentOptions(objective.options),
  retain_terms: objective.retainTerms,
  weights: objective.weights,
});

function list({ json }: { json?: boolean }): void {
  const toForget = unlearningNames.map((name) => describeObjective(name, objectives[name]));
  const toMask = Object.entries(masks).map(([name, { summary, options }]) => ({
    name,
    summary,
    options: documentOptions(options),
  }));
  if (json) return printJson({ objectives: toForget, masks: toMask });
  const rows = toForget.map(({ name, summary, needs, options, retain_terms: terms }) => [
    name,
    needs.length > 0 ? `${summary}; needs ${needs.join(' and ')}` : summary,
    defaultsOf(options),
    terms.join(', ') || '-',
  ]);
  print(
    table(
      ['objective', 'what it does', 'options and defaults', 'retain terms'],
      rows,
      [13, 56, 34, 14],
    ),
  );
  print(
    table(
      ['mask', 'a step changes only', 'options and defaults'],
      toMask.map(({ name, summary, options }) => [name, summary, defaultsOf(options)]),
      [13, 56, 34],
    ),
  );
  print('lethe unlearn --objective npo --set objective.beta=0.2 --retain-terms gdr,klr');
}
