// What a dry run takes: made-up pictures, and a tiny model that sees and knows nothing. dry.js <folder>

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeSeeingModel } from '../../services/inference/testing/seeing-model.js';
import { writeMadeUpCoco } from './testing/made-up.js';

const folder = z.string('expected a folder').parse(process.argv[2]);
const model = join(folder, 'models/tiny-seeing');
mkdirSync(model, { recursive: true });
writeSeeingModel(model);
// Made for prompts of a few letters, each of which is a token.
const file = join(model, 'config.json');
const config = z
  .looseObject({ text_config: z.looseObject({}) })
  .parse(JSON.parse(readFileSync(file, 'utf8')));
const text_config = { ...config.text_config, max_position_embeddings: 1024 };
writeFileSync(file, JSON.stringify({ ...config, text_config }));
writeMadeUpCoco(join(folder, 'coco'));
