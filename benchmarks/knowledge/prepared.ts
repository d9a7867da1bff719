// What prepare.js wrote.

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { readKnowledgeBase } from '#knowledge/readers/read-knowledge-base.js';
import { type Labelled, labelledOf } from './labelled.js';

export interface Prepared {
  readonly base: KnowledgeBase;
  readonly questions: readonly Labelled[];
}

export async function readPrepared(folder: string): Promise<Prepared> {
  const stored = createReadStream(join(folder, 'base.jsonl'));
  const { base } = await readKnowledgeBase('base.jsonl', stored);
  const lines = (await readFile(join(folder, 'questions.jsonl'), 'utf8')).trim().split('\n');
  return { base, questions: lines.map((line) => labelledOf(JSON.parse(line))) };
}
