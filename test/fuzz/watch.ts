// Runs a target in a process of its own and watches it: an input that hangs or kills the process is
// named by its seed, and the next process goes on after it.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { LIMIT_MS, type Message, type Outcome } from './protocol.js';

export interface Found {
  readonly seed: number;
  readonly what: string;
}

export interface Watched {
  readonly found: Found[];
  accepted: number;
}

/** By the clock, on a machine where others work too; the child measures its processor time. */
const PATIENCE_MS = 10 * LIMIT_MS;
/** Starting a gateway takes a while. */
const START_MS = 120_000;
const MEMORY_MB = 1024;

/** What seeds [from, to) bring about. */
export async function watch(target: string, from: number, to: number): Promise<Watched> {
  const watched: Watched = { found: [], accepted: 0 };
  for (let next = from; next < to;) {
    const end = await runChild(target, next, to, watched);
    if (end === undefined) break;
    watched.found.push(end);
    next = end.seed + 1;
  }
  return watched;
}

/** @returns the input that ended the process early. */
async function runChild(
  target: string,
  from: number,
  to: number,
  watched: Watched,
): Promise<Found | undefined> {
  const child = fork(join(import.meta.dirname, 'child.js'), [target, `${from}`, `${to}`], {
    execArgv: [`--max-old-space-size=${MEMORY_MB}`, '--enable-source-maps'],
  });
  let seed = from;
  let isDone = false;
  let why: string | undefined;
  const giveUp = (): void => {
    why = `did not end within ${PATIENCE_MS} ms`;
    child.kill('SIGKILL');
  };
  let timer = setTimeout(giveUp, START_MS);
  child.on('message', (message: Message) => {
    clearTimeout(timer);
    if (message.kind === 'done') isDone = true;
    else if (message.kind === 'began') seed = message.seed;
    else count(watched, message.seed, message.outcome);
    if (!isDone) timer = setTimeout(giveUp, PATIENCE_MS);
  });
  // Messages may come after the exit, never after the disconnect.
  const disconnected = once(child, 'disconnect');
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  await disconnected;
  clearTimeout(timer);
  return isDone ? undefined : { seed, what: why ?? `the process ended by ${signal ?? code}` };
}

function count(watched: Watched, seed: number, { isAccepted, finding }: Outcome): void {
  if (isAccepted) watched.accepted++;
  if (finding) watched.found.push({ seed, what: finding });
}
