// Calls of two tenants to inference with the built-in model.

import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import { gate } from '#testing/gate.js';
import { inferenceVariables, startInference } from '../services/inference/testing/inference.js';

const STREAMS = 300;
const MODEL = { base: 'lethe-tiny' };
const prompt = { chat: { messages: [{ role: 'user', content: 'Where does Ada Quill live?' }] } };
/** So hot that hardly any answer ends before its length. */
const long = { maxTokens: 440, temperature: 100 };

/** @param same whether the call is of the tenant of the streams. */
export async function firstCall(same: boolean): Promise<Record<string, string | number>> {
  const dir = mkdtempSync(join(tmpdir(), 'lethe-bench-'));
  // Room for all: how many are admitted is not what is measured.
  const extra = { MODEL_DIRS: 'models', MAX_CALLS: '500' };
  const { client, close } = await startInference(inferenceVariables(dir, extra));
  await read(client, 'warm-up', { maxTokens: 1 });

  const leaving = new AbortController();
  setMaxListeners(0, leaving.signal);
  const begun = gate<void>();
  const streams = Array.from({ length: STREAMS }, (_, seed) =>
    read(client, 'many', { ...long, seed }, leaving.signal, begun.resolve).catch(() => undefined),
  );
  await begun.promise;
  const started = performance.now();
  await read(client, same ? 'many' : 'other', { maxTokens: 1 });
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  leaving.abort();
  await Promise.all(streams);
  await close();
  rmSync(dir, { recursive: true, force: true });
  return { streams: STREAMS, seconds };
}

async function read(
  client: InferenceClient,
  tenant: string,
  sampling: { maxTokens: number; temperature?: number; seed?: number },
  signal?: AbortSignal,
  begun?: () => void,
): Promise<void> {
  for await (const _ of client.generate(tenant, { model: MODEL, prompt, sampling }, { signal }))
    begun?.();
}
