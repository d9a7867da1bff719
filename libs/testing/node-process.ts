// A compiled script of ours as a child process whose lines a test can wait for.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

export interface NodeProcess {
  /**
   * Resolves with the first line, past or to come, that matches; rejects if the process ends
   * before.
   */
  line(pattern: RegExp): Promise<string>;
  /** @returns the exit code, or null after a signal, once the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
  readonly exited: Promise<number | null>;
}

/**
 * Starts `node script args`; killed when the test ends. For use inside a test.
 * @param script of dist, as a URL: `new URL('./testing/x.js', import.meta.url)`.
 */
export function startNode(
  script: URL,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): NodeProcess {
  const child = spawn(process.execPath, [script.pathname, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: '', ...env },
  });
  const seen: string[] = [];
  const waiting = new Set<() => void>();
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    seen.push(line);
    for (const look of waiting) look();
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return {
    exited,
    kill(signal = 'SIGKILL') {
      child.kill(signal);
      return exited;
    },
    line(pattern) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = seen.find((line) => pattern.test(line));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        exited.then((code) =>
          reject(
            new Error(
              `the process ended with ${code} before ${pattern}; it said:\n${seen.join('\n')}`,
            ),
          ),
        );
      });
    },
  };
}
