// The `lethe` command as a benchmark runs it.

import { execa } from 'execa';
import { join } from 'node:path';
import { projectRoot } from '#supervisor/layout.js';

export type Options = Readonly<Record<string, string>>;

/**
 * Runs `lethe <command> --json` with options; it says by itself what is wrong.
 * @throws ExecaError with its exit code.
 */
export async function lethe<T>(command: string, options: Options = {}): Promise<T> {
  const main = join(projectRoot, 'dist/cli/main.js');
  const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const args = [main, ...command.split(' '), ...given, '--json'];
  const { stdout } = await execa(process.execPath, args, { stderr: 'inherit' });
  return JSON.parse(stdout) as T;
}
