// A peer in a process of its own, by messages: each is a turn, answered by the milliseconds of its steps.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Contestant } from './turn.js';

export interface Peer {
  readonly take: Contestant;
  close(): void;
}

interface Forked {
  /** Beside this file. */
  readonly script: string;
  readonly args: readonly string[];
  /** The command that brings the peer. */
  readonly setup: string;
}

/** @throws Error where it does not start. */
export async function startForked({ script, args, setup }: Forked): Promise<Peer> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args);
  await answerOf(child, setup);
  return {
    take: (turn) => {
      child.send(turn);
      return answerOf(child, setup);
    },
    close: () => child.kill(),
  };
}

async function answerOf(child: ChildProcess, setup: string): Promise<number[]> {
  const ended = new AbortController();
  const answer = once(child, 'message', { signal: ended.signal });
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`the peer has ended with ${code}: run ${setup}`);
  });
  try {
    const [times] = (await Promise.race([answer, exit])) as [number[]];
    return times;
  } finally {
    ended.abort();
    for (const one of [answer, exit]) one.catch(() => {});
  }
}
