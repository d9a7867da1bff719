// Every file of a folder that is at work.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface FileBelow {
  /** Path below the folder. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** @param except a folder below it that is left out. */
export function* filesBelow(folder: string, except?: string): Generator<FileBelow> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (except !== undefined && `${path}/`.startsWith(`${except}/`)) continue;
    const bytes = readIfThere(path);
    if (bytes) yield { name, bytes };
  }
}

/** Services at work rename and remove files. */
function readIfThere(path: string): Buffer | undefined {
  try {
    if (statSync(path).isFile()) return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return undefined;
}
