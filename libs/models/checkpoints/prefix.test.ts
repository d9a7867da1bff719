// Files of GPT-2 and BLOOM are published without the name of the whole model, and written by
// transformers with it.

import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenRoot } from '#testing/golden.js';
import { useTempFolder } from '#testing/temp-store.js';
import { parseSafetensors, writeSafetensors } from '../tensors/safetensors.js';
import { openCheckpoint } from './checkpoint.js';

const temp = useTempFolder();

test.each(['gpt2', 'bloom'])(
  '%s: tensors have the same names and numbers with and without the prefix',
  async (name) => {
    const source = join(goldenRoot, name);
    const bare = parseSafetensors(await readFile(join(source, 'model.safetensors')), name);
    expect([...bare.keys()].some((tensor) => tensor.startsWith('transformer.'))).toBe(false);
    await copyFile(join(source, 'config.json'), join(temp.path, 'config.json'));
    await writeFile(
      join(temp.path, 'model.safetensors'),
      writeSafetensors(new Map([...bare].map(([tensor, data]) => [`transformer.${tensor}`, data]))),
    );
    const [published, saved] = await Promise.all([
      openCheckpoint(source),
      openCheckpoint(temp.path),
    ]);
    expect(saved.tensorNames().toSorted()).toEqual(published.tensorNames().toSorted());
    for (const tensor of saved.tensorNames())
      expect(await saved.read(tensor)).toEqual(await published.read(tensor));
  },
);
