// One of several things by its name, or with options of its own: "npo", {"type": "npo", "beta":
// 0.2}.

import { z } from 'zod';
import { first } from '#collections/items.js';
import { ChoiceError } from './choice.error.js';

export const choiceSchema = z.union([
  z.string().min(1),
  z.looseObject({ type: z.string().min(1) }),
]);
export type Choice = z.infer<typeof choiceSchema>;

/** What can be chosen: a summary for people, and options with their ranges and defaults. */
export interface Choosable<S extends z.ZodRawShape = z.ZodRawShape> {
  readonly summary: string;
  readonly options: S;
}

/** A choice with every option filled in. */
export type Chosen<C extends Readonly<Record<string, Choosable>>> = {
  [N in keyof C & string]: { readonly type: N } & OptionsOf<C[N]>;
}[keyof C & string];

/** The options of one that was chosen. */
export type OptionsOf<C extends Choosable> = {
  readonly [O in keyof C['options']]: z.output<C['options'][O]>;
};

/**
 * @param known schemas of the options, by name.
 * @throws ChoiceError for a name that is not among them, or an option that it does not take.
 */
export function choose(
  known: Readonly<Record<string, z.ZodObject>>,
  choice: Choice,
): { readonly type: string } {
  const { type, ...given } = typeof choice === 'string' ? { type: choice } : choice;
  const schema = Object.hasOwn(known, type) ? known[type] : undefined;
  if (!schema)
    throw new ChoiceError(
      typeof choice === 'string' ? [] : ['type'],
      `expected one of ${Object.keys(known).join(', ')}`,
    );
  const { data, error } = schema.safeParse(given);
  if (data) return { type, ...data };
  const issue = first(error.issues);
  throw new ChoiceError(
    issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : issue.path,
    issue.message,
  );
}

/** Options as JSON Schema, by name. */
export const documentOptions = (
  options: z.ZodRawShape,
): Readonly<Record<string, { readonly default?: unknown }>> =>
  z.toJSONSchema(z.strictObject(options), { io: 'input' }).properties as Record<string, object>;
