// The `lethe` command as a benchmark runs it, and the models that it has tuned before.

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

/** The tuned model of this suffix: that of an earlier run where there is one. */
export async function tuned(
  base: string,
  suffix: string,
  tune: () => Promise<{ job: { fine_tuned_model: string | null } }>,
): Promise<string> {
  const models = await lethe<{ id: string }[]>('model list');
  const known = models.find(({ id }) => id.startsWith(`ft:${base}:`) && id.includes(`:${suffix}:`));
  return known?.id ?? (await tune()).job.fine_tuned_model!;
}
