// What a power cut would take: files written and names made that are not flushed when a process
// says that its work is done.

import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const CALLS = 'openat,mkdir,write,pwrite64,writev,pwritev,fsync,fdatasync,rename,link';

/** Says so where it is false. */
export function canTrace(): boolean {
  if (spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0) return true;
  console.warn('skipped: the tests on power cuts need strace (apt-get install strace)');
  return false;
}

/**
 * Runs a compiled script to its end, which comes after it has written a line "done".
 * @returns the paths that were not flushed by then.
 */
export async function unflushed(script: URL, args: readonly string[]): Promise<Set<string>> {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-trace-'));
  const trace = join(folder, 'trace');
  const options = ['-f', '-y', '-s', '16', '-e', `trace=${CALLS}`, '-o', trace];
  try {
    const command = [process.execPath, script.pathname, ...args];
    await promisify(execFile)('strace', [...options, ...command]);
    return dirtyWhenDone(await readFile(trace, 'utf8'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function dirtyWhenDone(trace: string): Set<string> {
  const dirty = new Set<string>();
  for (const call of calls(trace)) {
    if (/^write\(1<.*"done/.test(call)) return dirty;
    if (/ = -1 /.test(call)) continue;
    const opened = /^\w+\(\d+<([^>]*)>/.exec(call)?.[1];
    const [from, to = from] = [...call.matchAll(/"([^"]*)"/g)].map(([, name]) => name);
    if (/^p?writev?(64)?\(/.test(call)) dirty.add(opened!);
    else if (/^f(data)?sync\(/.test(call)) dirty.delete(opened!);
    else if (to && (!call.startsWith('openat') || call.includes('O_CREAT'))) {
      dirty.add(dirname(to));
      // By another name it is what it was.
      if (dirty.has(from!)) dirty.add(to);
      if (call.startsWith('rename')) dirty.delete(from!);
    }
  }
  throw new Error('the traced process never said that it was done');
}

/** In the order in which they ended: what another thread interrupts in the trace is put together. */
function calls(trace: string): string[] {
  const begun = new Map<string, string>();
  return trace.split('\n').flatMap((line) => {
    const [, thread = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const [start, interrupted] = text.split(' <unfinished ...>');
    if (interrupted !== undefined) {
      begun.set(thread, start!);
      return [];
    }
    return [text.replace(/^<\.\.\. \w+ resumed>/, () => begun.get(thread) ?? '')];
  });
}
