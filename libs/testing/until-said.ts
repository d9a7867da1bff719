// When a server that a test has started is ready: it says so.

import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Resolves with the first line of its output that has the words, and reads on: a server whose pipe
 * is full blocks.
 * @throws Error with all that was said, where the process ends before.
 */
export async function untilSaid(child: ChildProcess, words: string): Promise<void> {
  const outputs = [child.stdout, child.stderr].filter((output) => output !== null);
  const lines = outputs.map((input) => createInterface({ input }));
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(
        new Error(`${child.spawnfile} ended with ${code} before it was ready:\n${said.join('\n')}`),
      ),
    );
    const listen = (line: string): void => {
      said.push(line);
      if (line.includes(words)) resolve();
    };
    for (const output of lines) output.on('line', listen);
  });
  for (const output of lines) output.removeAllListeners('line').resume();
}
