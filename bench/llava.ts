// A model of LLaVA-1.5-7B's shape with random weights in 8 bits, asked about one picture of 336 pixels:
// what each part takes, and the memory. npm run bench:llava -- <layers> (14 GB of disk for all 32).

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goldenRoot } from '#testing/golden.js';
import type { Asked } from './llava-process.js';
import { writeRandomModel } from './random-model.js';

const layers = Number(process.argv[2] ?? 32);
const PROCESS = fileURLToPath(new URL('./llava-process.js', import.meta.url));

const shape = {
  model_type: 'llava',
  image_token_index: 32_000,
  text_config: { model_type: 'llama', vocab_size: 32_064, num_hidden_layers: layers },
  tie_word_embeddings: false,
};
const processor = {
  image_processor_type: 'CLIPImageProcessor',
  crop_size: { height: 336, width: 336 },
  size: { shortest_edge: 336 },
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
  resample: 3,
};

const folder = mkdtempSync(join(tmpdir(), 'lethe-bench-'));
const path = join(folder, 'model');
try {
  await writeRandomModel(path, shape, 'F16');
  await writeFile(join(path, 'preprocessor_config.json'), JSON.stringify(processor));
  await cp(join(goldenRoot, 'vision-chat', 'one.png'), join(folder, 'one.png'));
  const child = fork(PROCESS, [path, join(folder, 'one.png'), String(layers)]);
  // It may be killed for its memory.
  const gone = once(child, 'exit').then(([code, by]) => {
    throw new Error(`the process that asks ended: ${by ?? `status ${code}`}`);
  });
  const [asked] = (await Promise.race([once(child, 'message'), gone])) as [Asked];
  gone.catch(() => {});
  console.table(asked);
} finally {
  rmSync(folder, { recursive: true });
}
