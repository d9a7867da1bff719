// Builds an unlearning request from a recipe file and the command line.

import { readFileSync } from 'node:fs';
import { CommandError } from './command-error.js';
import { exitCodes } from './exit-codes.js';

type Json = Record<string, unknown>;

/** Flags that are shorthands for a field of the request. */
const shorthands = {
  objective: 'objective',
  mask: 'mask',
  epochs: 'hyperparameters.n_epochs',
  maxSteps: 'hyperparameters.max_steps',
  batchSize: 'hyperparameters.batch_size',
  learningRate: 'hyperparameters.learning_rate',
  loraR: 'hyperparameters.lora_r',
  precision: 'hyperparameters.precision',
  recompute: 'hyperparameters.recompute',
  teacher: 'augmentation.teacher',
  judge: 'evaluation.judge',
  limit: 'evaluation.limit',
  audit: 'evaluation.audit',
  reference: 'evaluation.reference',
} as const;
/** `true` of a flag without a value. */
export type Shorthands = Partial<Record<keyof typeof shorthands, string | true>>;

/**
 * A recipe file is the request's `unlearn` object (its files left out); flags override it, `--set
 * a.b=value` overrides both. Values are read as JSON where they are JSON, as text otherwise. A
 * field below a text makes it the `type` of an object: `objective.beta` goes with `--objective
 * npo`. The gateway checks names and ranges.
 * @throws CommandError for a recipe that is no JSON object, or a --set without "=".
 */
export function requestFields(
  recipe: string | undefined,
  flags: Shorthands,
  sets: readonly string[],
): Json {
  const fields = recipe === undefined ? {} : readRecipe(recipe);
  for (const [flag, path] of Object.entries(shorthands)) {
    const value = flags[flag as keyof Shorthands];
    if (value !== undefined) assign(fields, path, value === true ? true : parseValue(value));
  }
  for (const set of sets) {
    const at = set.indexOf('=');
    if (at < 1) throw new CommandError(`--set ${set}: write it as field=value`, exitCodes.usage);
    assign(fields, set.slice(0, at), parseValue(set.slice(at + 1)));
  }
  return fields;
}

/** @throws CommandError for a file that is no JSON object. */
export function readRecipe(path: string): Json {
  const content = readFileSync(path, 'utf8');
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  } catch (error) {
    throw new CommandError(
      `${path} is not valid JSON: ${(error as Error).message}`,
      exitCodes.usage,
    );
  }
  throw new CommandError(`${path} must hold one JSON object`, exitCodes.usage);
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @param path of a field, with a dot before each field within another. */
export function assign(target: Json, path: string, value: unknown): void {
  const [key = '', ...rest] = path.split('.');
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const held = target[key];
  if (typeof held === 'string') target[key] = { type: held };
  else if (typeof held !== 'object' || held === null) target[key] = {};
  assign(target[key] as Json, rest.join('.'), value);
}
