// Answers that beams search for, against a search that is written down without cache or batch.

import { describe, expect, test } from 'vitest';
import { zip } from '#collections/zip.js';
import { referenceLogits } from '#testing/reference-llama.js';
import { TINY_CONFIG, tinyWeights } from '#testing/tiny-model.js';
import type { BeamOptions } from './decoding/beams.js';
import type { GenerateRequest } from './generation.js';
import type { Chunk } from './running/chunk.js';
import { ADAPTER, useTinyEngine } from './testing/tiny-engine.js';

const PROMPT = [...Buffer.from('Who was it?')];
const END = 256;
const MAX_TOKENS = 8;

const tiny = useTinyEngine(6);

const beamsOf = (changes: Partial<BeamOptions> = {}): BeamOptions => ({
  width: 3,
  lengthPenalty: 1,
  earlyStopping: false,
  given: 3,
  ...changes,
});

async function searched(request: Partial<GenerateRequest>): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  const asked = { prompt: PROMPT, maxTokens: MAX_TOKENS, beams: beamsOf(), atOnce: true };
  for await (const chunk of tiny.engine.generate({ ...asked, ...request })) chunks.push(chunk);
  expect(chunks).toHaveLength(1);
  return chunks.flatMap(({ beside = [], ...best }) => [best, ...beside]);
}
const idsOf = (chunks: readonly Chunk[]) => chunks.map(({ tokenIds }) => [...tokenIds]);

/** ln p of each token after prompt and answer. */
type LogProbs = (ids: readonly number[]) => number[];

function logProbsBy(adapter?: typeof ADAPTER, prompt = PROMPT): LogProbs {
  const weights = tinyWeights();
  return (ids) => {
    const logits = [...referenceLogits(TINY_CONFIG, weights, [...prompt, ...ids], adapter).at(-1)!];
    const total = Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0));
    return logits.map((z) => z - total);
  };
}

/** As transformers' _beam_search goes, for one prompt. */
function reference(
  logProbs: LogProbs,
  { width, lengthPenalty, earlyStopping, given }: BeamOptions,
  ends: (ids: readonly number[]) => boolean = (ids) => ids.at(-1)! >= END,
): number[][] {
  let running = [{ ids: [] as number[], sum: 0 }];
  let finished: { ids: number[]; score: number }[] = [];
  for (let length = 1; ; length++) {
    const next = running
      .flatMap(({ ids, sum }) =>
        logProbs(ids).map((logProb, id) => ({ ids: [...ids, id], sum: sum + logProb })),
      )
      .filter(({ sum }) => sum !== -Infinity)
      .toSorted((a, b) => b.sum - a.sum)
      .slice(0, 2 * width);
    const isEnd = ({ ids }: { ids: number[] }) => ends(ids) || length === MAX_TOKENS;
    const done = next.slice(0, width).filter(isEnd);
    finished = [
      ...finished,
      ...done.map(({ ids, sum }) => ({ ids, score: sum / length ** lengthPenalty })),
    ]
      .toSorted((a, b) => b.score - a.score)
      .slice(0, width);
    running = next.filter((one) => !isEnd(one)).slice(0, width);
    const isFull = finished.length === width;
    const longest = earlyStopping === 'never' && lengthPenalty > 0 ? MAX_TOKENS : length;
    const best = (running[0]?.sum ?? -Infinity) / longest ** lengthPenalty;
    if (
      running.length === 0 ||
      (isFull && (earlyStopping === true || best <= finished.at(-1)!.score))
    )
      return finished.slice(0, given).map(({ ids }) => ids);
  }
}

describe('a search by beams', () => {
  test.each(
    [1, 3, 5].flatMap((width) =>
      [-1, 0, 0.7, 2].flatMap((lengthPenalty) =>
        ([true, false, 'never'] as const).map((earlyStopping) => ({
          width,
          lengthPenalty,
          earlyStopping,
          given: Math.min(width, 2),
        })),
      ),
    ),
  )('%o', async (beams) => {
    // So that ends come at many lengths.
    const logitBias = new Map([[END, 4]]);
    const plain = logProbsBy();
    const biased: LogProbs = (ids) => plain(ids).map((z, id) => z + (logitBias.get(id) ?? 0));
    const found = await searched({ beams, logitBias });
    expect(idsOf(found)).toEqual(reference(biased, beams));
  });

  test('of one beam is greedy decoding', async () => {
    const [found] = await searched({ beams: beamsOf({ width: 1, given: 1 }) });
    const ids: number[] = [];
    for await (const chunk of tiny.engine.generate({ prompt: PROMPT, maxTokens: MAX_TOKENS }))
      ids.push(...chunk.tokenIds);
    expect(found!.tokenIds).toEqual(ids);
  });

  test('with an adapter, beside others, as alone', async () => {
    const expected = reference(logProbsBy(ADAPTER), beamsOf());
    const base = reference(logProbsBy(), beamsOf());
    expect(expected).not.toEqual(base);
    const all = await Promise.all([
      searched({ adapter: 'forgets' }),
      searched({}),
      searched({ adapter: 'forgets' }),
      searched({ beams: beamsOf({ width: 6, given: 1 }) }),
    ]);
    expect(all.slice(0, 3).map(idsOf)).toEqual([expected, base, expected]);
  });

  test('penalties and bans act on ln p', async () => {
    const plain = logProbsBy();
    const penalised: LogProbs = (ids) => {
      const seen = new Set([...PROMPT, ...ids]);
      return plain(ids).map((z, id) =>
        id === 97 || (id >= END && ids.length < 3) ? -Infinity : seen.has(id) ? z * 1.3 : z,
      );
    };
    const found = await searched({
      repetitionPenalty: 1.3,
      logitBias: new Map([[97, -100]]),
      minTokens: 3,
    });
    expect(idsOf(found)).toEqual(reference(penalised, beamsOf()));
  });

  test('what a context adds counts more, in a second row for each beam', async () => {
    const twin = [...Buffer.from('it?')];
    const [plain, without] = [logProbsBy(), logProbsBy(undefined, twin)];
    const contrast: LogProbs = (ids) => {
      const others = without(ids);
      const z = plain(ids).map((own, id) => 2 * own - others[id]!);
      const total = Math.log(z.reduce((sum, one) => sum + Math.exp(one), 0));
      return z.map((one) => one - total);
    };
    const [found, beside] = await Promise.all([
      searched({ twin, decoding: { strategy: 'cad', alpha: 1 } }),
      searched({}),
    ]);
    expect(idsOf(found)).toEqual(reference(contrast, beamsOf()));
    expect(idsOf(beside)).toEqual(reference(plain, beamsOf()));
    expect(idsOf(found)).not.toEqual(idsOf(beside));
    expect(found[0]!.decoding!.steps).toBeGreaterThan(MAX_TOKENS);
  });

  test('stop strings and stop tokens end beams by themselves', async () => {
    const [free] = await searched({});
    const stop = String.fromCharCode(free!.tokenIds.slice(1).find((id) => id < 128)!);
    const beams = beamsOf({ lengthPenalty: 0 });
    const stopped = await searched({ stop: [stop], beams });
    const isEnd = (ids: readonly number[]) =>
      ids.at(-1)! >= END || ids.at(-1) === stop.charCodeAt(0);
    expect(idsOf(stopped)).toEqual(reference(logProbsBy(), beams, isEnd));
    expect(stopped.some(({ stopReason }) => stopReason === stop)).toBe(true);
    for (const { text } of stopped) expect(text).not.toContain(stop);
    const id = free!.tokenIds[2]!;
    const byToken = await searched({ stopTokenIds: [id], beams });
    expect(byToken.some(({ stopReason }) => stopReason === id)).toBe(true);
  });

  test('tells log-probabilities of each answer by the model, and ends as it would alone', async () => {
    const plain = logProbsBy();
    const found = await searched({ logProbs: 1, repetitionPenalty: 1.2 });
    for (const { tokenIds, logProbs } of found)
      for (const [i, told] of logProbs!.entries())
        expect(told.logProb).toBeCloseTo(plain(tokenIds.slice(0, i))[tokenIds[i]!]!, 3);
  });

  test('says so where no token is left, and gives fewer answers where there are fewer', async () => {
    const forbidden = { allowedTokenIds: [97], logitBias: new Map([[97, -100]]) };
    await expect(searched(forbidden)).rejects.toThrow('token');
    expect(idsOf(await searched({ allowedTokenIds: [97], maxTokens: 4 }))).toEqual([
      [97, 97, 97, 97],
    ]);
  });

  test('leaves no row behind, finished or called off', async () => {
    const calledOff = AbortSignal.timeout(1);
    await searched({ signal: calledOff, maxTokens: 500 }).catch(() => {});
    for (let i = 0; i < 3; i++) expect(await searched({})).toHaveLength(3);
    const texts = zip(await searched({}), await searched({}));
    for (const [a, b] of texts) expect(a).toEqual(b);
  });
});
