// What the stages of an unlearning job have left, for its receipt.

import { z } from 'zod';
import { type Summary, summarySchema } from '#contracts/artifacts.js';
import type { ArtifactSpace, Hash } from '#platform/artifacts/artifact-store.js';
import { MissingInputError } from '#platform/errors/missing-input.error.js';

export interface Evidence {
  /** Of the base model's files; null where the worker that trained does not tell. */
  readonly base: Hash | null;
  readonly adapter: Hash;
  readonly before: Summary;
  readonly after: Summary;
}

/** @param space the job's. @throws MissingInputError */
export async function readEvidence(space: ArtifactSpace, adapter: Hash): Promise<Evidence> {
  const [base, before, after] = await Promise.all([
    space.getRef('base'),
    readSummary(space, 'before'),
    readSummary(space, 'after'),
  ]);
  return { base, adapter, before, after };
}

const judgedSchema = z.object({ summary: summarySchema });

async function readSummary(space: ArtifactSpace, stage: 'before' | 'after'): Promise<Summary> {
  const hash = await space.getRef(stage);
  if (!hash) throw new MissingInputError(`the evaluation ${stage} left no report`);
  return judgedSchema.parse(await space.getJson(hash)).summary;
}
