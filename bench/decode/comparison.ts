// What a comparison takes and gives, and how two sides take turns.

import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { median } from '#metrics/statistics.js';
import { type Storage, writeRandomGguf } from './random-gguf.js';
import type { Contestant, Turn } from './turn.js';

export interface Options {
  readonly rounds: number;
  readonly threads: number;
  /** A folder with q8_0.gguf, q4_0.gguf and f16.gguf; those that are missing are made. */
  readonly models: string;
}

/** Tokens before those that are decoded; long enough a rest for the other side's threads to sleep. */
export const PAST = 128;
const REST_MS = 20;

export interface Row {
  readonly name: string;
  readonly peer: string;
  /** How many times as fast as the peer; null where it is not installed. */
  readonly ratio: number | null;
  readonly bar: number;
}

/** @returns the median, over rounds, of b's time over a's. */
export async function ratioOf(
  a: Contestant,
  b: Contestant,
  turn: Turn,
  rounds: number,
): Promise<number> {
  await a({ ...turn, steps: 1 });
  await b({ ...turn, steps: 1 });
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Whoever comes second in one round is first in the next.
    const times = new Map<Contestant, number>();
    for (const side of round % 2 ? [b, a] : [a, b]) {
      await rest(REST_MS);
      times.set(side, median(await side(turn)));
    }
    ratios.push(times.get(b)! / times.get(a)!);
  }
  return median(ratios);
}

export const nameOf = (label: string, { rows, prompt }: Turn): string =>
  prompt ? `${label}, prompt of ${prompt}` : `${label}, batch ${rows}`;

export async function ggufOf({ models }: Options, storage: Storage): Promise<string> {
  await mkdir(models, { recursive: true });
  const path = join(models, `${storage.toLowerCase()}.gguf`);
  await access(path).catch(() => writeRandomGguf(path, storage));
  return path;
}
