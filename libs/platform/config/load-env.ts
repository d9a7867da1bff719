// Reads a process's environment once, through a schema.

import type { z } from 'zod';
import { EnvError } from '../errors/env.error.js';

/**
 * Parses the environment and freezes the result.
 * An empty variable counts as absent, so that `X= command` means the default.
 * @throws EnvError: one line a variable, with its name, its value and what was expected.
 */
export function loadEnv<S extends z.ZodObject>(
  schema: S,
  source: NodeJS.ProcessEnv = process.env,
): Readonly<z.infer<S>> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  throw new EnvError(
    parsed.error.issues.map((issue) => describe(String(issue.path[0]), given, issue.message)),
  );
}

/** Whether a variable's value may be one that must not be shown. TOKENS are a model's. */
export const isSecret = (name: string): boolean =>
  /KEY|SECRET|PASSWORD|TOKEN(?!S)|_URL$/.test(name);

function describe(name: string, given: NodeJS.ProcessEnv, expected: string): string {
  const value = given[name];
  if (value === undefined) return `${name} is not set: ${expected}`;
  return `${name}=${isSecret(name) ? '(hidden)' : JSON.stringify(value)}: ${expected}`;
}
