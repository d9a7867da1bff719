// A real inference service of tiny models for tests, and the simplest that can be asked of it.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { Artifact } from '#contracts/spaces.js';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import { useTempFolder } from '#testing/temp-store.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { endlessWeights, TINY_CONFIG, writeTinyModel } from '#testing/tiny-model.js';
import { inferenceVariables, type RunningInference, startInference } from './inference.js';

interface Answer {
  text: string;
  finishReason: string;
  usage: GenerateChunk__Output['usage'];
  decoding?: GenerateChunk__Output['decoding'];
}

type Limits = Parameters<InferenceClient['generate']>[2];

/** All that is said, as one. */
export async function answer(
  client: InferenceClient,
  request: GenerateRequest,
  limits?: Limits,
  tenant = 'acme',
): Promise<Answer> {
  const result: Answer = { text: '', finishReason: '', usage: null };
  for await (const { text, finishReason, usage, decoding } of client.generate(
    tenant,
    { sampling: { maxTokens: 8 }, ...request },
    limits,
  )) {
    result.text += text;
    result.finishReason = finishReason;
    result.usage = usage;
    if (decoding) result.decoding = decoding;
  }
  return result;
}

export const TINY = { base: 'tiny' };
export const chat = (content: string) => ({ chat: { messages: [{ role: 'user', content }] } });
export const HELLO = { model: TINY, prompt: chat('Hello') };
export const ENDLESS = { ...HELLO, sampling: { maxTokens: 200 } };

/** Call at the top of a file: models of which one is damaged and one is not what its sums say. */
export function useTinyModels() {
  const folder = useTempFolder();
  beforeAll(async () => {
    const models = join(folder.path, 'models');
    await writeTinyModel(join(models, 'tiny'), { weights: endlessWeights() });
    await writeTinyModel(join(models, 'plain'), { weights: endlessWeights(), chatTemplate: null });
    await writeTinyModel(join(models, 'broken'));
    await writeFile(join(models, 'broken', 'model.safetensors'), 'nothing of use');
    await writeTinyModel(join(models, 'changed'));
    await writeFile(
      join(models, 'changed', 'SHA256SUMS'),
      `${'0'.repeat(64)}  model.safetensors\n`,
    );
  });
  const variables = (extra: Record<string, string> = {}): Record<string, string> =>
    inferenceVariables(folder.path, extra);
  return {
    folder,
    variables,
    start: (extra: Record<string, string> = {}): Promise<RunningInference> =>
      startInference(variables(extra)),
  };
}

/** Call at the top of a file: a service of those models, and an adapter of the tenant acme. */
export function useTinyService() {
  const { folder, start } = useTinyModels();
  let running: RunningInference;
  let adapter: Artifact;
  const bundle = async (files: Record<string, Uint8Array>): Promise<Artifact> => ({
    space: 'model-job',
    hash: await running.store.scope('acme').space('model-job').putBundle(files),
  });
  beforeAll(async () => {
    running = await start({ MAX_CALLS: '4', MAX_MODELS: '1', ERASURE_CHECK_MS: '50' });
    await running.keeper.create('acme', 'model-job');
    adapter = await bundle({ ...writeAdapter(tinyAdapter(TINY_CONFIG, { seed: 5 })) });
  });
  afterAll(() => running.close());
  return {
    folder,
    bundle,
    get running() {
      return running;
    },
    get adapter() {
      return adapter;
    },
  };
}
