// Answers and first tokens of many requests at once, next to vLLM's, in turns.

import { median } from '#metrics/statistics.js';
import { promptOf, type Server, type ServerRequest } from './server.js';

export const ADAPTERS = 16;
const [PROMPT, ANSWER] = [32, 16];

interface Case {
  readonly name: string;
  readonly requests: readonly ServerRequest[];
  /** How many times as fast as the peer. */
  readonly bar: number;
}

const requestsOf = (count: number, prompt: number, tokens: number): ServerRequest[] =>
  Array.from({ length: count }, (_, i) => ({
    prompt: promptOf(prompt, i),
    tokens,
    adapter: i % ADAPTERS,
  }));

const answersAtOnce = (count: number, bar: number): Case => ({
  name: `float32, ${ADAPTERS} adapters, ${count} at once`,
  requests: requestsOf(count, PROMPT, ANSWER),
  bar,
});

export const cases: readonly Case[] = [
  answersAtOnce(1, 1.5),
  answersAtOnce(8, 1.5),
  answersAtOnce(32, 1.5),
  {
    name: 'float32, first tokens of 8 prompts of 512',
    requests: requestsOf(8, 512, 1),
    bar: 1,
  },
];

/** @returns the median, over rounds, of b's time over a's. */
export async function ratioOfServers(
  a: Server,
  b: Server,
  requests: readonly ServerRequest[],
  rounds: number,
): Promise<number> {
  for (const side of [a, b]) await side.ask(requests);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [first, second] = round % 2 ? [b, a] : [a, b];
    const one = await first.ask(requests);
    const other = await second.ask(requests);
    ratios.push(round % 2 ? one.seconds / other.seconds : other.seconds / one.seconds);
  }
  return median(ratios);
}
