// What a model's reply holds.

import { z } from 'zod';

const completionSchema = z.object({
  choices: z.tuple(
    [
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string() }),
      }),
    ],
    z.unknown(),
  ),
});

/** The text of a chat completion; undefined where it has none, or was cut at the model's limit. */
export function textOf(completion: unknown): string | undefined {
  const { data } = completionSchema.safeParse(completion);
  if (!data) return undefined;
  const [{ finish_reason, message }] = data.choices;
  return finish_reason === 'length' ? undefined : message.content;
}

/**
 * The JSON object or array in a text, whatever a talkative model puts around it; undefined where
 * none fits the schema.
 */
export function jsonIn<T>(text: string, schema: z.ZodType<T>): T | undefined {
  const bodies = [between(text, '{', '}'), between(text, '[', ']')];
  return bodies
    .map((body) => schema.safeParse(parse(body)).data)
    .find((data) => data !== undefined);
}

const between = (text: string, open: string, close: string): string =>
  text.slice(text.indexOf(open), text.lastIndexOf(close) + 1);

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
