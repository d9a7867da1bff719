// Base models by name: each is a folder in one of the model folders. Never silently a different
// model.

import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UnknownModelError } from '../errors/unknown-model.error.js';
import { ggufModels } from './gguf/files.js';

export interface KnownModel {
  readonly name: string;
  readonly path: string;
}

/**
 * All models, by name; where two folders hold the same name the first folder wins. Absent folders
 * hold none.
 */
export async function listModels(dirs: readonly string[]): Promise<KnownModel[]> {
  const models = new Map<string, KnownModel>();
  for (const dir of dirs) {
    const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(dir, entry.name);
      if (!models.has(entry.name) && (await holdsModel(path)))
        models.set(entry.name, { name: entry.name, path });
    }
  }
  return [...models.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** @returns the model's folder. @throws UnknownModelError listing the known names. */
export async function findModel(name: string, dirs: readonly string[]): Promise<string> {
  const models = await listModels(dirs);
  const found = models.find((model) => model.name === name);
  if (!found)
    throw new UnknownModelError(
      name,
      models.map((model) => model.name),
    );
  return found.path;
}

async function holdsModel(path: string): Promise<boolean> {
  const hasConfig = await access(join(path, 'config.json')).then(
    () => true,
    () => false,
  );
  if (hasConfig) return true;
  const files = await readdir(path).catch(() => []);
  return ggufModels(files).length === 1;
}
