// From options to the tables, which are written beside the answers.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type OpenAI from 'openai';
import { chairTables } from './chair.js';
import { cocoFolder } from './coco-folder.js';
import type { RunOptions } from './options.js';
import { popeTables } from './pope.js';
import { systemsNamed } from './systems.js';

export interface Written {
  readonly tables: string;
  readonly file: string;
}

export async function harnessTables(client: OpenAI, options: RunOptions): Promise<Written> {
  const { model, system, set, alpha, seed, maxTokens, questions, synonyms } = options;
  const folder = join(options.out, set, model.replaceAll('/', '-'));
  const harness = {
    client,
    asked: { model, system, maxTokens, atOnce: options['at-once'] },
    systems: systemsNamed(options.rows, { layers: options.window, alpha, seed }),
    coco: cocoFolder(options.coco),
    choice: { count: options.images, seed, ids: options.ids },
    folder,
  };
  await mkdir(join(folder, 'kept'), { recursive: true });
  const tables =
    set === 'chair' ? await chairTables(harness, synonyms) : await popeTables(harness, questions);
  const file = join(folder, 'results.md');
  await writeFile(file, `${tables}\n`);
  return { tables, file };
}
