// The chat templates of published models, from an npm package that lists them; tests compare ours
// with transformers' on them.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';

const require = createRequire(import.meta.url);

/**
 * @returns templates by model, such as `llama3.1:8b`; one that several models share is there once.
 */
export function realChatTemplates(): Map<string, string> {
  const file = join(
    require.resolve('@huggingface/ollama-utils'),
    '..',
    '..',
    'src',
    'chat-template-automap.ts',
  );
  const source = readFileSync(file, 'utf8');
  const list = runInNewContext(source.slice(source.indexOf('= [') + 1)) as {
    model: string;
    gguf: string;
  }[];
  const names = new Map<string, string>();
  for (const { model, gguf } of list)
    if (!names.has(gguf)) names.set(gguf, model.replace('library/', ''));
  const taken = new Map<string, number>();
  const unique = [...names].map(([template, name]): [string, string] => {
    const times = (taken.get(name) ?? 0) + 1;
    taken.set(name, times);
    return [times === 1 ? name : `${name}#${times}`, template];
  });
  return new Map(unique);
}
