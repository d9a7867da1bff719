// What a request asks of its tokens, by a real model: their likelihoods, ends and forms, alone and
// beside others.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeTinyModel } from '#testing/tiny-model.js';
import type { TokenLogProb } from './decoding/log-probs.js';
import { GenerationEngine, type GenerateRequest } from './generation.js';
import type { Chunk } from './running/chunk.js';

const START = [...Buffer.from('Who was it?')];
const SPECIALS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
const [START_OF_TURN, END] = [257, 258];

let dir: string;
let engine: GenerationEngine;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-sampling-'));
  await writeTinyModel(dir);
  engine = await GenerationEngine.load({ modelPath: dir, threads: 1, maxBatch: 8 });
});
afterAll(async () => {
  await engine.close();
  await rm(dir, { recursive: true });
});

interface Answer {
  readonly text: string;
  readonly ids: number[];
  readonly logProbs: TokenLogProb[];
  readonly last: Chunk;
}

async function answer(request: Partial<GenerateRequest> = {}): Promise<Answer> {
  const chunks: Chunk[] = [];
  for await (const chunk of engine.generate({ prompt: START, maxTokens: 12, ...request }))
    chunks.push(chunk);
  return {
    text: chunks.map(({ text }) => text).join(''),
    ids: chunks.flatMap(({ tokenIds }) => tokenIds),
    logProbs: chunks.flatMap(({ logProbs = [] }) => logProbs),
    last: chunks.at(-1)!,
  };
}

test('log-probabilities are those of the scorer, whatever tokens are drawn by', async () => {
  const asked = {
    logProbs: 5,
    temperature: 1.7,
    seed: 3,
    repetitionPenalty: 1.5,
    minP: 0.001,
    logitBias: new Map([[101, 3]]),
    ignoreEos: true,
  };
  const { ids, logProbs } = await answer(asked);
  expect(logProbs.map(({ id }) => id)).toEqual(ids);
  const [score] = await engine.score([{ prompt: START, completion: ids }], { kind: 'detail' });
  const { best, bestLogProbs } = score!.detail!;
  for (const [i, { logProb, rank, top }] of logProbs.entries()) {
    expect(Math.abs(logProb - score!.tokens[i]!)).toBeLessThan(1e-5);
    expect(top.map(({ id }) => id)[0]).toBe(best[i]);
    expect(Math.abs(top[0]!.logProb - bestLogProbs[i]!)).toBeLessThan(1e-5);
    expect(top.map((one) => one.logProb)).toEqual(
      top.map((one) => one.logProb).toSorted((a, b) => b - a),
    );
    if (rank <= 5) expect(top[rank - 1]).toMatchObject({ id: ids[i], logProb });
    else expect(logProb).toBeLessThanOrEqual(top[4]!.logProb);
  }
  expect(logProbs.some(({ rank }) => rank > 1)).toBe(true);
  expect((await answer({ ...asked, atOnce: true })).logProbs).toEqual(logProbs);
});

test('log-probabilities of the whole vocabulary sum to 1', async () => {
  const { logProbs } = await answer({ logProbs: 259, maxTokens: 3 });
  for (const { top } of logProbs) {
    expect(top.length).toBe(259);
    expect(top.reduce((sum, { logProb }) => sum + Math.exp(logProb), 0)).toBeCloseTo(1, 6);
  }
});

test('likelihoods are told with the bytes of tokens, none where 0 are asked for beside them', async () => {
  const { ids, logProbs } = await answer({ logProbs: 0 });
  expect(logProbs.map(({ text }) => [...text])).toEqual(
    ids.map((id) => (id < 256 ? [id] : [...Buffer.from(SPECIALS[id - 256]!)])),
  );
  expect(logProbs.every(({ top }) => top.length === 0)).toBe(true);
});

test('requests of all kinds in a batch are answered as alone', async () => {
  const requests: Partial<GenerateRequest>[] = [
    {},
    { temperature: 1, seed: 1 },
    { temperature: 1, seed: 1, choice: 1, minP: 0.05 },
    { repetitionPenalty: 1.4, presencePenalty: 0.5 },
    { frequencyPenalty: 2, logProbs: 2 },
    { logitBias: new Map([[65, 100]]), stopTokenIds: [66] },
    { allowedTokenIds: [65, 66, 67], ignoreEos: true },
    { badWords: [[65], [66, 67]], minTokens: 5 },
  ];
  const alone: Answer[] = [];
  for (const request of requests) alone.push(await answer(request));
  const together = await Promise.all(requests.map(answer));
  const chosen = ({ text, ids, last }: Answer): object => ({ text, ids, why: last.stopReason });
  expect(together.map(chosen)).toEqual(alone.map(chosen));
  const likelihoods = (answers: Answer[]) => answers[4]!.logProbs.map(({ logProb }) => logProb);
  for (const [i, logProb] of likelihoods(together).entries())
    expect(Math.abs(logProb - likelihoods(alone)[i]!)).toBeLessThan(1e-5);
});

test('an answer ends at tokens that were named, and says at which', async () => {
  const { ids } = await answer();
  const at = ids.findIndex((id, i) => i > 2 && ids.indexOf(id) === i);
  const stop = ids[at]!;
  const ended = await answer({ stopTokenIds: [stop] });
  expect(ended.ids).toEqual(ids.slice(0, at + 1));
  expect(ended.last).toMatchObject({ finishReason: 'stop', stopReason: stop });
  const kept = await answer({ stopTokenIds: [stop], includeStop: true });
  expect(kept.text.length).toBeGreaterThan(ended.text.length);
  const late = await answer({ stopTokenIds: [stop], minTokens: at + 2 });
  expect(late.ids.slice(0, at + 1)).not.toContain(stop);
  expect(late.ids.length).toBeGreaterThanOrEqual(at + 2);
});

test('a stop string ends an answer once it may end, and is part of it where asked', async () => {
  const always = { logitBias: new Map([[97, 100]]) };
  expect(await answer({ ...always, stop: ['aaa'] })).toMatchObject({
    text: '',
    last: { finishReason: 'stop', stopReason: 'aaa' },
  });
  const kept = await answer({ ...always, stop: ['aa'], includeStop: true, minTokens: 4 });
  expect(kept.text).toBe('aaaaa');
});

test("the model's own end comes late, never, or spelt", async () => {
  const ending = { logitBias: new Map([[END, 100]]) };
  expect(await answer(ending)).toMatchObject({ text: '', ids: [END] });
  expect((await answer(ending)).last.stopReason).toBeUndefined();
  expect((await answer({ ...ending, minTokens: 3 })).ids).toHaveLength(4);
  const ever = await answer({ ...ending, ignoreEos: true });
  expect(ever).toMatchObject({ last: { finishReason: 'length' } });
  expect(ever.ids).toHaveLength(12);
  const begun = { logitBias: new Map([[START_OF_TURN, 100]]), maxTokens: 2 };
  expect((await answer(begun)).text).toBe('');
  expect((await answer({ ...begun, spellsSpecial: true })).text).toBe('<|im_start|><|im_start|>');
});

test('what forbids every token fails that request alone', async () => {
  const impossible = answer({ allowedTokenIds: [65], badWords: [[65]] });
  const other = answer();
  await expect(impossible).rejects.toThrow('no token may come next');
  expect((await other).ids.length).toBeGreaterThan(0);
});
