// Random weights in the shape of SmolLM2-135M, and adapters of rank 8 as PEFT has them.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { parseHfConfig } from '#models/checkpoints/hf-config.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { exists } from '../inputs.js';
import { writeRandomModel } from '../random-model.js';
import { shapes } from '../shapes.js';

const RANK = 8;

export interface AdaptedModel {
  readonly model: string;
  /** Of folders 0, 1, ... */
  readonly adapters: string;
}

/** @param folder in which what is missing is made. */
export async function adaptedModel(folder: string, count: number): Promise<AdaptedModel> {
  const shape = shapes['smollm2-135m'];
  const [model, adapters] = [join(folder, 'model'), join(folder, 'adapters')];
  if (!(await exists(model))) await writeRandomModel(model, shape, 'F32');
  const config = parseHfConfig(model, shape);
  for (let i = 0; i < count; i++) {
    const path = join(adapters, String(i));
    if (await exists(path)) continue;
    await mkdir(path, { recursive: true });
    const files = writeAdapter(tinyAdapter(config, { r: RANK, seed: i + 1 }));
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(path, name), bytes);
  }
  return { model, adapters };
}
