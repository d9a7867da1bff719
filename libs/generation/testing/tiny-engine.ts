// An engine of the tiny model for tests, with an adapter by the name `forgets`.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG, writeTinyModel } from '#testing/tiny-model.js';
import { GenerationEngine, type GenerateRequest } from '../generation.js';

export const ADAPTER = tinyAdapter(TINY_CONFIG, { seed: 9 });
export const prompt = (text: string): number[] => [...Buffer.from(text)];

interface Answer {
  text: string;
  ids: number[];
  finishReason: string | undefined;
}

/** Call at the top of a file; use what it returns inside of tests. */
export function useTinyEngine(maxBatch = 4) {
  let dir: string;
  let engine: GenerationEngine;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lethe-generation-'));
    await writeTinyModel(dir);
    engine = await GenerationEngine.load({ modelPath: dir, threads: 1, maxBatch });
    await engine.loadAdapter('forgets', writeAdapter(ADAPTER));
  });
  afterAll(async () => {
    await engine.close();
    await rm(dir, { recursive: true });
  });

  /** All that is said, as one. */
  async function answer(
    request: Partial<GenerateRequest> & { prompt: readonly number[] },
    from = engine,
  ): Promise<Answer> {
    const result: Answer = { text: '', ids: [], finishReason: undefined };
    for await (const chunk of from.generate({ maxTokens: 24, ...request })) {
      result.text += chunk.text;
      result.ids.push(...chunk.tokenIds);
      result.finishReason = chunk.finishReason;
    }
    return result;
  }

  return {
    answer,
    get dir() {
      return dir;
    },
    get engine() {
      return engine;
    },
  };
}
