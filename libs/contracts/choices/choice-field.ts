// A field of a request that holds a choice.

import { z } from 'zod';
import { ChoiceError } from './choice.error.js';
import { type Choice, choiceSchema } from './choice.js';

/**
 * The choice as it was made, once it is known to be one that can be made.
 * @param choose throws ChoiceError.
 * @param document the schema that the API's description shows.
 */
export const choiceField = (
  choose: (choice: Choice) => unknown,
  document: Readonly<Record<string, unknown>>,
): z.ZodType<Choice, Choice> =>
  z
    .unknown()
    .meta(document)
    .transform((value, context): Choice => {
      const shaped = choiceSchema.safeParse(value);
      try {
        if (!shaped.success) throw new ChoiceError([], 'expected a name, or an object with a type');
        choose(shaped.data);
        return shaped.data;
      } catch (error) {
        if (!(error instanceof ChoiceError)) throw error;
        context.addIssue({ code: 'custom', path: [...error.path], message: error.message });
        return z.NEVER;
      }
    }) as z.ZodType<Choice, Choice>;
