// What zod finds wrong where a schema says nothing itself, in the words of all other messages.

import type { z } from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  tuple: 'a list',
  null: 'null',
};

/** @returns undefined for what zod is left to say. */
export const plainWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type') return kind(issue.expected, issue.input);
  if (issue.code === 'invalid_value') return value(issue.values);
  if (issue.code === 'too_small') return least(issue);
  if (issue.code === 'too_big') return most(issue);
  return undefined;
};

function kind(expected: string, input: unknown): string | undefined {
  const name = KINDS[expected];
  if (name === undefined) return undefined;
  return input === undefined ? `must be ${name}, and is missing` : `must be ${name}`;
}

const value = (values: readonly unknown[]): string =>
  `must be ${values.length > 1 ? 'one of ' : ''}${values.map(String).join(', ')}`;

type Bound = Pick<z.core.$ZodIssueTooSmall, 'origin' | 'inclusive'>;

function least({ origin, inclusive, minimum }: Bound & { minimum: number | bigint }): string {
  if (origin === 'string' && minimum === 1) return 'must not be empty';
  return counted(origin, minimum) ?? `must be ${inclusive ? 'at least' : 'above'} ${minimum}`;
}

function most({ origin, inclusive, maximum }: Bound & { maximum: number | bigint }): string {
  return (
    counted(origin, maximum, 'at most') ?? `must be ${inclusive ? 'at most' : 'below'} ${maximum}`
  );
}

/** @returns undefined for what is a number itself. */
function counted(origin: string, count: number | bigint, bound = 'at least'): string | undefined {
  const thing = origin === 'string' ? 'character' : origin === 'array' ? 'item' : undefined;
  return thing && `must have ${bound} ${count} ${thing}${Number(count) === 1 ? '' : 's'}`;
}
