// chat_template.jinja beside a model, or chat_template.json of older processors: it comes before the template inside of the model's own files,
// as in transformers.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { parseJson } from './parse-json.js';

/** The entry of a tokenizer's configuration; {} where the folder has no such file. */
export async function readChatTemplate(folder: string): Promise<{ chat_template?: string }> {
  const template = await readTextIfPresent(join(folder, 'chat_template.jinja'));
  if (template !== undefined) return { chat_template: template };
  const path = join(folder, 'chat_template.json');
  const json = await readTextIfPresent(path);
  return json === undefined ? {} : ofProcessor(path, json);
}

const processor = z.object({ chat_template: z.string() });

/** @throws CheckpointError */
function ofProcessor(path: string, json: string): { chat_template: string } {
  try {
    return processor.parse(parseJson(json));
  } catch (cause) {
    throw new CheckpointError(`${path}: expected a JSON object with chat_template, a text`, {
      cause,
    });
  }
}

export async function readTextIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
