// Our side of what is asked at once: the engine of inference, with its queue.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GenerationEngine } from '#generation/generation.js';
import type { AdaptedModel } from './adapted-model.js';
import type { Server, ServerRequest } from './server.js';

const MAX_BATCH = 32;
const CONTEXT = 1024;

export async function openServer(
  { model, adapters }: AdaptedModel,
  threads: number,
): Promise<Server> {
  const options = { modelPath: model, threads, maxBatch: MAX_BATCH, maxContext: CONTEXT };
  const engine = await GenerationEngine.load(options);
  for (const adapter of await readdir(adapters)) {
    const folder = join(adapters, adapter);
    const files: Record<string, Uint8Array> = {};
    for (const name of await readdir(folder)) files[name] = await readFile(join(folder, name));
    await engine.loadAdapter(adapter, files);
  }
  async function answer({ prompt, tokens, adapter }: ServerRequest): Promise<number[]> {
    const said: number[] = [];
    const request = { prompt, maxTokens: tokens, temperature: 0, ignoreEos: true };
    const by = adapter === undefined ? {} : { adapter: String(adapter) };
    for await (const { tokenIds } of engine.generate({ ...request, ...by })) said.push(...tokenIds);
    return said;
  }
  return {
    ask: async (requests) => {
      const begun = performance.now();
      const tokens = await Promise.all(requests.map(answer));
      return { seconds: (performance.now() - begun) / 1000, tokens };
    },
    close: () => engine.close(),
  };
}
