// chat_template.jinja beside a model: it comes before the template inside of the model's own files,
// as in transformers.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The entry of a tokenizer's configuration; {} where the folder has no such file. */
export async function readChatTemplate(folder: string): Promise<{ chat_template?: string }> {
  const template = await readTextIfPresent(join(folder, 'chat_template.jinja'));
  return template === undefined ? {} : { chat_template: template };
}

export async function readTextIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
