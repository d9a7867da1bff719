// Several answers to one prompt: read once, and each as if it were alone.

import { expect, test, vi } from 'vitest';
import type { Tokenizer } from '#models/text/tokenizer.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { endlessWeights, TINY_CONFIG } from '#testing/tiny-model.js';
import { Rooms } from '../cache/room.js';
import { Forms } from '../constraints/forms.js';
import { loadAdapter } from '../running/adapter-rows.js';
import type { Chunk } from '../running/chunk.js';
import { ModelRunner } from '../running/model-runner.js';
import type { SequenceOptions } from '../running/sequence.js';
import { Generator } from './generator.js';

const PROMPT = [...Buffer.from('Which rivers are there?')];
const ADAPTER = loadAdapter(tinyAdapter(TINY_CONFIG, { seed: 9 }), TINY_CONFIG);
const tokenizer = {
  decode: (ids: readonly number[]) => String.fromCharCode(...ids),
  bytesOf: () => new Uint8Array(),
  eosIds: [] as number[],
} as unknown as Tokenizer;
const options = (choice: number): SequenceOptions => ({
  temperature: 1,
  topP: 1,
  topK: 0,
  seed: 7,
  choice,
  stop: [],
  continues: false,
  maxTokens: 6 + choice,
});

interface Asked {
  readonly choice: number;
  readonly owner?: string;
  readonly isAdapted?: boolean;
  readonly prompt?: readonly number[];
}

/** Tokens of each, and how many prompts were read. */
async function answered(
  asked: readonly Asked[],
  maxBatch = 3,
): Promise<{ tokens: number[][]; reads: number }> {
  const runner = new ModelRunner({
    config: TINY_CONFIG,
    weights: endlessWeights(),
    maxContext: 96,
    compute: { device: 'cpu', threads: 1 },
  });
  const read = vi.spyOn(runner, 'read');
  const tokens = asked.map((): number[] => []);
  const generator = new Generator(
    runner,
    tokenizer,
    new Forms(tokenizer, TINY_CONFIG.vocabSize),
    () => 96,
    { maxBatch, promptTokens: 30, promptTokensBeside: 30 },
    {
      chunk: (id, { tokenIds }: Chunk) => void tokens[id]!.push(...tokenIds),
      scored: () => {},
      preempted: () => {},
      failed: (_, error) => {
        throw error;
      },
    },
    new Rooms(TINY_CONFIG, Infinity).open(),
  );
  for (const [id, { choice, owner = 'a', isAdapted, prompt = PROMPT }] of asked.entries())
    generator.generate({ id, owner }, prompt, isAdapted ? ADAPTER : undefined, options(choice));
  while (!generator.isIdle) await generator.takeRound();
  await runner.close();
  return { tokens, reads: read.mock.calls.length };
}

const aloneTo = async (one: Asked): Promise<number[]> => (await answered([one])).tokens[0]!;

test('five choices read their prompt once, also those that wait for a row', async () => {
  const choices = [0, 1, 2, 3, 4].map((choice) => ({ choice }));
  const { tokens, reads } = await answered(choices);
  expect(reads).toBe(1);
  for (const [i, one] of choices.entries()) expect(tokens[i]).toEqual(await aloneTo(one));
  expect(new Set(tokens.map(String)).size).toBe(5);
});

test('what differs is read for itself: prompts, adapters, and owners', async () => {
  const asked: Asked[] = [
    { choice: 0 },
    { choice: 0, isAdapted: true },
    { choice: 0, owner: 'b' },
    { choice: 0, prompt: PROMPT.slice(1) },
    { choice: 1, isAdapted: true },
  ];
  const { tokens, reads } = await answered(asked, asked.length);
  expect(reads).toBe(4);
  for (const [i, one] of asked.entries()) expect(tokens[i]).toEqual(await aloneTo(one));
});
