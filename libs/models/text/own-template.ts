// The chat template that a model brings along.

import { z } from 'zod';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { told } from '../errors/told.js';

const schema = z.union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))]);

/**
 * A template is a text, or a list of named ones of which `default` is meant; without one none is,
 * as in transformers. @param template chat_template of a tokenizer's configuration
 * @param model named in errors
 */
export function ownTemplate(template: unknown, model: string): string | undefined {
  if (template === undefined || template === null) return undefined;
  const { success, data } = schema.safeParse(template);
  if (!success)
    throw new CheckpointError(
      `the chat template of ${model}: expected a text or a list of named ones, found ${told(template)}`,
    );
  if (typeof data === 'string') return data;
  const named = data.find(({ name }) => name === 'default');
  if (named) return named.template;
  throw new CheckpointError(
    `the chat templates of ${model}: expected one named default, found ${data.map(({ name }) => name).join(', ') || 'none'}`,
  );
}
