// The bases that are asked about, with their questions.

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Entity } from '#knowledge/entity.js';
import { readKnowledgeBase } from '#knowledge/readers/read-knowledge-base.js';
import { findFile } from '../data.js';
import { readManifest } from '../manifest.js';
import { type Labelled, labelledOf } from './labelled.js';
import { medquadQuestions } from './medquad.js';

const setNames = ['cmekg', 'do'] as const;
export type SetName = (typeof setNames)[number];

/** @throws Error for another. */
export function setNamed(text: string): SetName {
  const name = setNames.find((one) => one === text);
  if (!name) throw new Error(`--set: expected ${setNames.join(' or ')}, found ${text}`);
  return name;
}

export interface BenchmarkSet {
  readonly entities: readonly Entity[];
  readonly questions: readonly Labelled[];
}

/**
 * @param data the folder that holds the files, where it is not beside the checkout.
 * @throws DataError where they are absent.
 */
export async function readSet(name: SetName, data: string | undefined): Promise<BenchmarkSet> {
  const manifest = await readManifest('knowledge');
  const find = (path: string) => findFile(manifest, path, { given: data });
  const stored = createReadStream(await find(`${name}/kb.jsonl`));
  const { entities } = (await readKnowledgeBase('kb.jsonl', stored)).base;
  if (name === 'do') {
    const { questions, kept } = medquadQuestions(entities);
    return { entities: kept, questions: questions.map(labelledOf) };
  }
  const lines = (await readFile(await find('cmekg/questions.jsonl'), 'utf8')).trim().split('\n');
  return { entities, questions: lines.map((line) => labelledOf(JSON.parse(line))) };
}
