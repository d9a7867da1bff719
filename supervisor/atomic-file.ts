// Writes a file whole or not at all, so that a reader never sees half of it, and durably: nothing
// can make a lost root key again.

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** @param mode permission bits; secrets pass 0o600. */
export function writeFileAtomic(path: string, content: string, mode = 0o644): void {
  makeFolder(dirname(path));
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode, flush: true });
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** With those above it, whose names are flushed. */
export function makeFolder(path: string): void {
  const made = mkdirSync(resolve(path), { recursive: true });
  if (made === undefined) return;
  for (let folder = resolve(path); folder !== dirname(made); folder = dirname(folder))
    syncFolder(dirname(folder));
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}
