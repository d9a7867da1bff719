// What follows a link is read onto the keys and values of its row, in every architecture: windows that
// have let go of tokens, and rotations that change with the length.

import { expect, test } from 'vitest';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { expectedTensors } from '#models/passes/trace.js';
import type { Weight } from '#models/tensors/half-tensor.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import { goldenNames, readGolden } from '#testing/golden.js';
import { Rooms } from '../cache/room.js';
import { Forms } from '../constraints/forms.js';
import type { LinkOptions } from '../linking/link.js';
import type { Chunk } from '../running/chunk.js';
import { ModelRunner } from '../running/model-runner.js';
import { Generator } from './generator.js';

const LONGEST = 96;
const tokenizer = {
  decode: (ids: readonly number[]) => ids.join(' '),
  bytesOf: () => new Uint8Array(),
  eosIds: [] as number[],
} as unknown as Tokenizer;

/** Paths of four tokens in three groups, a long one after each. */
const link = (vocabulary: number): LinkOptions => ({
  paths: [0, 1, 2, 3, 4, 5, 6, 7, 8].map((path) => ({
    tokens: [1 + (path % 3), 5 + path, 7, 9].map((id) => id % vocabulary),
    group: path % 3,
    after: Array.from({ length: 19 }, (_none, i) => (31 * i + 7 * path) % vocabulary),
  })),
});

test.each(goldenNames())('%s', async (name) => {
  const golden = readGolden(name);
  const checkpoint = await openCheckpoint(golden.path);
  const { config } = checkpoint;
  const weights = new Map<string, Weight>();
  for (const [tensor, dims] of expectedTensors(config))
    weights.set(tensor, { dims, data: await checkpoint.read(tensor) });
  const compute = { device: 'cpu', threads: 1 } as const;
  const runner = new ModelRunner({ config, weights, compute, maxContext: LONGEST });
  const chunks: Chunk[] = [];
  const generator = new Generator(
    runner,
    tokenizer,
    new Forms(tokenizer, config.vocabSize),
    () => LONGEST,
    { maxBatch: 4, promptTokens: 16, promptTokensBeside: 7 },
    {
      chunk: (_, chunk) => void chunks.push(chunk),
      scored: () => {},
      preempted: () => {},
      failed: (_, error) => {
        throw error;
      },
    },
    new Rooms(config, Infinity).open(),
  );
  const asked = {
    temperature: 0,
    topP: 1,
    topK: 0,
    seed: 0,
    stop: [],
    continues: false,
    maxTokens: 8,
  };
  const answer = async (prompt: readonly number[], more: { link?: LinkOptions } = {}) => {
    chunks.splice(0);
    generator.generate({ id: 0, owner: 'a' }, prompt, undefined, { ...asked, ...more });
    while (!generator.isIdle) await generator.takeRound();
    return { link: chunks[0]?.link, ids: chunks.flatMap(({ tokenIds }) => tokenIds) };
  };
  const options = link(config.vocabSize);
  for (const prompt of [golden.rows.plain, golden.rows.long]) {
    const { link: chosen, ids } = await answer(prompt, { link: options });
    const { tokens, after = [] } = options.paths[chosen!.path]!;
    expect(chosen!.beside).not.toEqual([]);
    expect(ids).toEqual((await answer([...prompt, ...tokens, ...after])).ids);
  }
  await runner.close();
});
