// What a search tries: each recipe with each value of each field that varies.

import { basename } from 'node:path';
import { CommandError } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import { assign, readRecipe } from '../unlearn-body.js';

export interface Candidate {
  /** The recipe's name and what varies, such as `erase, gamma=2`. */
  readonly name: string;
  /** Of the request's `unlearn` object, without its files. */
  readonly fields: Record<string, unknown>;
}

interface Field {
  readonly path: string;
  readonly values: readonly unknown[];
}

/**
 * In the order in which they were named, the last field varying fastest.
 * @param varied such as `hyperparameters.learning_rate=0.001,0.002`.
 * @throws CommandError for a recipe that is no JSON object, a field without values or named twice, or
 * fewer candidates than two
 */
export function candidatesOf(recipes: readonly string[], varied: readonly string[]): Candidate[] {
  const fields = varied.map(fieldOf);
  const paths = fields.map(({ path }) => path);
  const twice = paths.find((path, i) => paths.indexOf(path) < i);
  if (twice !== undefined)
    throw wrong(`--vary ${twice}: is named twice: give all its values at once`);
  const short = shortNames(paths);
  const candidates = recipes.flatMap((recipe) =>
    choices(fields).map((choice) => candidateOf(recipe, choice, short)),
  );
  const names = candidates.map(({ name }) => name);
  const same = names.find((name, i) => names.indexOf(name) < i);
  if (same !== undefined)
    throw wrong(`two candidates are named "${same}": give recipes and values of their own`);
  if (candidates.length < 2)
    throw wrong(
      'a search takes at least two candidates: give several recipes, or values by --vary',
    );
  return candidates;
}

function fieldOf(varied: string): Field {
  const at = varied.indexOf('=');
  const values = at < 1 ? [] : valuesOf(varied.slice(at + 1));
  if (values.length === 0) throw wrong(`--vary ${varied}: write it as field=value,value`);
  return { path: varied.slice(0, at), values };
}

/** As JSON where they are JSON, such as `1,2` or `["gdr"],["gdr","klr"]`; as texts otherwise. */
function valuesOf(text: string): readonly unknown[] {
  try {
    return JSON.parse(`[${text}]`) as unknown[];
  } catch {
    return text.split(',').map((value) => value.trim());
  }
}

type Choice = readonly (readonly [path: string, value: unknown])[];

const choices = (fields: readonly Field[]): Choice[] =>
  fields.reduce<Choice[]>(
    (all, { path, values }) =>
      all.flatMap((choice) => values.map((value) => [...choice, [path, value] as const])),
    [[]],
  );

const own = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** What a field is called in a table: its own name, where no other that varies has it. */
function shortNames(paths: readonly string[]): Map<string, string> {
  const isShared = (path: string): boolean =>
    paths.some((other) => other !== path && own(other) === own(path));
  return new Map(paths.map((path) => [path, isShared(path) ? path : own(path)]));
}

function candidateOf(
  recipe: string,
  choice: Choice,
  short: ReadonlyMap<string, string>,
): Candidate {
  const fields = readRecipe(recipe);
  for (const [path, value] of choice) assign(fields, path, value);
  const varied = choice.map(([path, value]) => `${short.get(path)}=${worded(value)}`);
  return { name: [basename(recipe, '.json'), ...varied].join(', '), fields };
}

const worded = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

const wrong = (message: string): CommandError => new CommandError(message, exitCodes.usage);
