// The objectives there are: the files of objectives/, each under its own name. A new file is a new
// objective.
import { readdirSync } from 'node:fs';
import { z } from 'zod';
import { ObjectiveError } from '../errors/objective.error.js';
import type { Objective } from './objective.js';

const folder = new URL('./', import.meta.url);

async function load(file: string): Promise<[string, Objective]> {
  const { default: objective } = (await import(new URL(file, folder).href)) as {
    default?: Objective;
  };
  if (typeof objective?.loss !== 'function')
    throw new Error(
      `objectives/${file} has no default export made by defineObjective: if its source is gone, delete it`,
    );
  return [file.slice(0, -'.js'.length), objective];
}

const files = readdirSync(folder).filter(
  (file) => /^[a-z]+(_[a-z]+)?\.js$/.test(file) && !['objective.js', 'side.js'].includes(file),
);

/** By name, in the order of names. */
export const objectives: ReadonlyMap<string, Objective> = new Map(
  await Promise.all(files.toSorted().map(load)),
);

/** Those that a request to forget can name: one that learns the set it is given cannot be meant. */
export const unlearningObjectives: ReadonlyMap<string, Objective> = new Map(
  [...objectives].filter(([, { rows }]) => rows !== 'taught'),
);

/** An objective by name, or with options of its own: 'npo', {type: 'npo', beta: 0.1}. */
export type ObjectiveChoice =
  | string
  | { readonly type: string; readonly [option: string]: unknown };

export interface ChosenObjective {
  readonly name: string;
  readonly objective: Objective;
  /** Complete. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * @throws ObjectiveError for a name that is not among `known`, or an option that the objective does
 * not take.
 */
export function chooseObjective(
  choice: ObjectiveChoice,
  known: ReadonlyMap<string, Objective> = objectives,
): ChosenObjective {
  const { type: name, ...given } = typeof choice === 'string' ? { type: choice } : choice;
  const objective = known.get(name);
  if (!objective)
    throw new ObjectiveError(
      typeof choice === 'string' ? [] : ['type'],
      `expected one of ${[...known.keys()].join(', ')}`,
    );
  const parsed = z.strictObject(objective.options).safeParse(given);
  if (parsed.success) return { name, objective, options: parsed.data };
  const issue = parsed.error.issues[0]!;
  if (issue.code !== 'unrecognized_keys') throw new ObjectiveError(issue.path, issue.message);
  const takes = Object.keys(objective.options);
  throw new ObjectiveError(
    [issue.keys[0]!],
    `${name} takes ${takes.length > 0 ? takes.join(', ') : 'no option'}`,
  );
}
