// The peer, by messages.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Contestant } from './turn.js';

const SCRIPT = fileURLToPath(new URL('./llama-process.js', import.meta.url));

export interface Peer {
  readonly take: Contestant;
  close(): void;
}

/** @throws Error where it does not start. */
export async function startLlama(folder: string, model: string, threads: number): Promise<Peer> {
  const child = fork(SCRIPT, [folder, model, String(threads)]);
  await answerOf(child);
  return {
    take: (turn) => {
      child.send(turn);
      return answerOf(child);
    },
    close: () => child.kill(),
  };
}

async function answerOf(child: ChildProcess): Promise<number[]> {
  const ended = new AbortController();
  const answer = once(child, 'message', { signal: ended.signal });
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`node-llama-cpp has ended with ${code}: run bench/decode/setup.sh`);
  });
  try {
    const [times] = (await Promise.race([answer, exit])) as [number[]];
    return times;
  } finally {
    ended.abort();
    for (const one of [answer, exit]) one.catch(() => {});
  }
}
