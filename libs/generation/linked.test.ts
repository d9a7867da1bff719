// Sequences that begin with one of several paths, against scores of all of them and answers without.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { item } from '#collections/items.js';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { endlessWeights, TINY_CONFIG, writeTinyModel } from '#testing/tiny-model.js';
import { GenerationEngine, type GenerateRequest } from './generation.js';
import type { Link, LinkOptions, LinkPath } from './linking/link.js';

const { vocabSize } = TINY_CONFIG;
const ids = (text: string): number[] => [...Buffer.from(text)];
const PROMPT = ids('Which medicine helps?');
/** Names of which one is the beginning of another; attributes; rows. */
const NAMES = ['liver', 'liver spot', 'lime', 'quartz', 'quart'];
const PATHS: readonly LinkPath[] = NAMES.flatMap((name, group) =>
  ['dose', 'effects'].map((attribute) => ({
    tokens: ids(`${name} | ${attribute}\n`),
    group,
    weight: -group / 4,
    after: ids(`${attribute} of ${name}\n`),
  })),
);

/** Of keys and values. */
const BYTES_A_TOKEN = 2 * 2 * 2 * 8 * 4;

let dir: string;
let engine: GenerationEngine;
const load = (kvBytes?: number): Promise<GenerationEngine> =>
  GenerationEngine.load({
    modelPath: dir,
    threads: 1,
    maxBatch: 8,
    ...(kvBytes ? { kvBytes } : {}),
  });
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-linked-'));
  await writeTinyModel(dir, { weights: endlessWeights() });
  engine = await load();
  await adapted(engine);
});
afterAll(async () => {
  await engine.close();
  await rm(dir, { recursive: true });
});
const adapted = (to: GenerationEngine): Promise<void> =>
  to.loadAdapter('low', writeAdapter(tinyAdapter(TINY_CONFIG, { seed: 9 })));

interface Told {
  readonly text: string;
  readonly ids: number[];
  readonly finishReason: string | undefined;
  readonly link: Link | undefined;
}

async function answer(request: Partial<GenerateRequest>, from = engine): Promise<Told> {
  const told = { text: '', ids: [] as number[], finishReason: undefined as string | undefined };
  let link: Link | undefined;
  for await (const chunk of from.generate({ prompt: PROMPT, maxTokens: 10, ...request })) {
    if (chunk.link) expect([told.ids.length, link]).toEqual([0, undefined]);
    link ??= chunk.link;
    told.text += chunk.text;
    told.ids.push(...chunk.tokenIds);
    told.finishReason = chunk.finishReason;
  }
  return { ...told, link };
}

async function linked(link: LinkOptions, request: Partial<GenerateRequest> = {}): Promise<Link> {
  return (await answer({ ...request, link })).link!;
}

/** ln p of each path, alone. */
async function logProbsOf(paths: readonly LinkPath[], adapter?: string): Promise<number[]> {
  const items = paths.map(({ tokens }) => ({ prompt: PROMPT, completion: tokens }));
  const scores = await engine.score(items, adapter ? { adapter } : {});
  return scores.map(({ sum }) => sum);
}

describe('a link', () => {
  test('over the whole vocabulary is greedy decoding, with no mass lost', async () => {
    const greedy = (await answer({ maxTokens: 8 })).ids;
    const paths = greedy.flatMap((token, at) =>
      Array.from({ length: vocabSize }, (_, id) => [...greedy.slice(0, at), id])
        .filter((tokens) => tokens[at] !== token || at === greedy.length - 1)
        .map((tokens) => ({ tokens })),
    );
    const link = await linked({ paths, beams: 1 });
    expect(paths[link.path]!.tokens).toEqual(greedy);
    expect(link).toMatchObject({ mass: 0, margin: Infinity, tokens: 8, read: 0, beside: [] });
    const score = await engine.score([{ prompt: PROMPT, completion: greedy }]);
    expect(link.score).toBeCloseTo(score[0]!.sum, 4);
  });

  test.each([undefined, 'low'])('tells ln p and mass as scores have them (%s)', async (adapter) => {
    const logProbs = await logProbsOf(PATHS, adapter);
    const { path, score, mass, tokens } = await linked({ paths: PATHS }, { adapter });
    const chosen = PATHS[path]!;
    expect(score - chosen.weight!).toBeCloseTo(logProbs[path]!, 4);
    expect(tokens).toBe(chosen.tokens.length);
    let expected = 0;
    for (const at of chosen.tokens.keys()) {
      const before = chosen.tokens.slice(0, at);
      const may = PATHS.filter((one) => String(one.tokens.slice(0, at)) === String(before));
      const next = [...new Set(may.map((one) => one.tokens[at]!))];
      const prompt = [...PROMPT, ...before];
      const items = next.map((token) => ({ prompt, completion: [token] }));
      const scores = await engine.score(items, adapter ? { adapter } : {});
      expected += Math.log(scores.reduce((sum, one) => sum + Math.exp(one.sum), 0));
    }
    expect(mass).toBeCloseTo(expected, 4);
  });

  test.each([2, 3, 12])('of %i beams finds its margin and what stands beside it', async (beams) => {
    const logProbs = await logProbsOf(PATHS);
    const scored = PATHS.map(({ group, weight }, path) => ({
      path,
      group,
      score: logProbs[path]! + weight!,
    })).toSorted((a, b) => b.score - a.score);
    const link = await linked({ paths: PATHS, beams });
    const bestOf = (group: number | undefined) => scored.find((one) => one.group === group)!;
    const told = [link, ...link.beside];
    const groups = told.map(({ path }) => PATHS[path]!.group);
    expect(new Set(groups).size).toBe(told.length);
    for (const { path, score } of told)
      expect(score).toBeCloseTo(logProbs[path]! + PATHS[path]!.weight!, 4);
    expect(link.margin).toBe(link.score - link.beside[0]!.score);
    if (beams < 12) return;
    // As many as there are paths: no other can be likelier.
    expect(told.map(({ path }) => path)).toEqual(
      NAMES.map((_, group) => bestOf(group))
        .toSorted((a, b) => b.score - a.score)
        .map(({ path }) => path),
    );
    expect(link.path).toBe(scored[0]!.path);
  });

  test('of one beam tells no more of a margin than is certain', async () => {
    const logProbs = await logProbsOf(PATHS);
    const link = await linked({ paths: PATHS, beams: 1 });
    const others = PATHS.flatMap(({ group, weight }, path) =>
      group === PATHS[link.path]!.group ? [] : [logProbs[path]! + weight!],
    );
    expect(link.beside).toEqual([]);
    expect(link.margin).toBeLessThanOrEqual(link.score - Math.max(...others) + 1e-4);
  });

  test('follows its weights where they say more than the model', async () => {
    for (const path of PATHS.keys()) {
      const paths = PATHS.map((one, i) => ({ ...one, weight: i === path ? 500 : 0 }));
      expect((await linked({ paths, beams: 1 })).path).toBe(path);
      expect((await linked({ paths })).path).toBe(path);
    }
  });

  test('of one path says it, and how likely it was', async () => {
    const paths = [PATHS[3]!];
    const link = await linked({ paths });
    const [logProb] = await logProbsOf(paths);
    expect(link).toMatchObject({ path: 0, margin: Infinity, beside: [] });
    expect(link.mass).toBeCloseTo(logProb!, 4);
  });

  test('is chosen by the logits alone, whatever is asked of the answer', async () => {
    const link = await linked({ paths: PATHS });
    const banned = new Map(
      [...new Set(PATHS.flatMap(({ tokens }) => tokens))].map((id) => [id, -100]),
    );
    for (const request of [
      { temperature: 1.5, seed: 3 },
      { logitBias: banned },
      { repetitionPenalty: 2, minTokens: 5, ignoreEos: true },
      { decoding: { strategy: 'deco', layers: [1], alpha: 8, topP: 0.9, topK: 20 } as const },
      { beams: { width: 2, lengthPenalty: 1, earlyStopping: false, given: 1 } },
    ])
      expect(await linked({ paths: PATHS }, request)).toEqual(link);
  });
});

/** Requests whose answers go on after a link in every way that there is. */
const REQUESTS: readonly Partial<GenerateRequest>[] = [
  {},
  { adapter: 'low' },
  { temperature: 1, seed: 3, continues: true },
  { temperature: 0.8, seed: 4, adapter: 'low', repetitionPenalty: 1.3 },
  { decoding: { strategy: 'deco', layers: [1, 2], alpha: 8, topP: 0.9, topK: 20 } },
  { decoding: { strategy: 'cad', alpha: 1 }, twin: ids('Which?') },
  { beams: { width: 3, lengthPenalty: 1, earlyStopping: false, given: 1 }, atOnce: true },
];

describe('the answer after a link', () => {
  const link = { paths: PATHS };
  const promptOf = ({ path }: Link): number[] => {
    const { tokens, after = [] } = item(PATHS, path);
    return [...PROMPT, ...tokens, ...after];
  };

  test.each(REQUESTS)('is that to a prompt with all of it: %o', async (request) => {
    const { link: chosen, ...told } = await answer({ ...request, link });
    expect(chosen!.read).toBe(PATHS[chosen!.path]!.after!.length);
    const whole = await answer({ ...request, prompt: promptOf(chosen!) });
    expect({ ...told, link: undefined }).toEqual(whole);
  });

  test('ends with the link where nothing is read after it', async () => {
    const paths = PATHS.map((path) => ({ ...path, after: undefined }));
    const { link: chosen, ...told } = await answer({ link: { paths } });
    expect(told).toEqual({ text: '', ids: [], finishReason: 'stop' });
    const { link: read } = await answer({ link });
    expect(chosen).toEqual({ ...read, read: 0 });
    expect(await answer({ link: { paths }, atOnce: true })).toEqual({ ...told, link: chosen });
  });

  test('goes on at once where it is asked to after nothing', async () => {
    const paths = PATHS.map((path) => ({ ...path, after: [] }));
    const { link: chosen, ids: told } = await answer({ link: { paths } });
    const prompt = [...PROMPT, ...PATHS[chosen!.path]!.tokens];
    expect(told).toEqual((await answer({ prompt })).ids);
  });

  test('that another engine began goes on as it would have', async () => {
    for (const request of [{}, { temperature: 1, seed: 3, adapter: 'low' }]) {
      const whole = await answer({ ...request, link });
      for (const told of [1, 4, 9])
        expect(await answer({ ...request, link, resume: whole.ids.slice(0, told) })).toEqual(whole);
      expect(await answer({ ...request, link, resume: whole.ids })).toEqual(whole);
    }
  });

  test('is the same beside others of all kinds, which come and go', async () => {
    const requests = Array.from({ length: 24 }, (_, i) => ({
      ...item(REQUESTS, i % REQUESTS.length),
      ...(i % 4 === 3 ? {} : { link: { paths: PATHS, beams: 1 + (i % 3) } }),
      prompt: [...PROMPT, ...ids('?'.repeat(i % 5))],
      maxTokens: i % 3 ? 4 + (i % 7) : 80,
      owner: `owner ${i % 2}`,
    }));
    const tight = await load(512 * BYTES_A_TOKEN);
    await adapted(tight);
    const alone: Told[] = [];
    for (const request of requests) alone.push(await answer(request, tight));
    const together: Told[] = [];
    // Who comes and goes when is not the same each time.
    for (let round = 0; round < 4; round++) {
      const leaving = requests.map(async (request, i) => {
        const signal = AbortSignal.timeout(5 * i);
        await answer({ ...request, maxTokens: 100, signal }, tight).catch(() => undefined);
      });
      together.push(...(await Promise.all(requests.map((request) => answer(request, tight)))));
      await Promise.all(leaving);
    }
    const { preemptions, kvUsage } = await tight.figures();
    await tight.close();
    expect(preemptions).toBeGreaterThan(0);
    expect(kvUsage).toBe(0);
    for (const [i, { link: found, ...told }] of together.entries()) {
      const { link: expected, ...rest } = alone[i % alone.length]!;
      expect([i, told, found?.path]).toEqual([i, rest, expected?.path]);
      // What is read together shows in the last bits of float32.
      expect(found?.score ?? 0).toBeCloseTo(expected?.score ?? 0, 3);
      expect(found?.mass ?? 0).toBeCloseTo(expected?.mass ?? 0, 3);
      expect(found?.beside.map(({ path }) => path)).toEqual(
        expected?.beside.map(({ path }) => path),
      );
    }
  });

  test('that is left after its link leaves nothing behind', async () => {
    for (const beams of [1, 2, 4])
      for await (const chunk of engine.generate({
        prompt: PROMPT,
        maxTokens: 40,
        link: { paths: PATHS, beams },
      }))
        if (chunk.link) break;
    await answer({});
    expect((await engine.figures()).kvUsage).toBe(0);
  });
});

describe('a link is refused', () => {
  const refused = (link: LinkOptions, from = engine): Promise<Told> => answer({ link }, from);
  test.each([
    [{ paths: [] }, 'link.paths is empty'],
    [{ paths: [{ tokens: [] }] }, 'link.paths[0] has no tokens'],
    [
      { paths: [{ tokens: [1, 2] }, { tokens: [1] }] },
      'link.paths[1] is the beginning of link.paths[0]',
    ],
    [
      { paths: [{ tokens: [1] }, { tokens: [1, 2] }] },
      'link.paths[0] is the beginning of link.paths[1]',
    ],
    [
      { paths: [{ tokens: [1] }, { tokens: [1] }] },
      'link.paths[1] is the beginning of link.paths[0]',
    ],
    [
      { paths: [{ tokens: [vocabSize] }] },
      `has the token ${vocabSize}, expected ids below ${vocabSize}`,
    ],
    [{ paths: [{ tokens: [1], after: [-1] }] }, 'has the token -1'],
    [{ paths: [{ tokens: [1], weight: NaN }] }, 'link.paths[0] has the weight NaN'],
    [{ paths: PATHS, beams: 0 }, 'link.beams is 0, expected a whole number from 1 on'],
  ])('%j', async (link, message) => {
    await expect(refused(link)).rejects.toThrow(message);
    expect((await answer({ maxTokens: 2 })).ids).toHaveLength(2);
  });

  test('where the context has no room for what is read', async () => {
    const after = ids('x'.repeat(230));
    await expect(refused({ paths: [{ tokens: ids('liver\n'), after }] })).rejects.toThrow(
      'the prompt has 257 tokens, the context holds 256',
    );
    const tight = await load(192 * BYTES_A_TOKEN);
    await expect(refused({ paths: [{ tokens: ids('l'.repeat(60)) }] }, tight)).rejects.toThrow(
      'the context holds 64',
    );
    await tight.close();
  });
});
