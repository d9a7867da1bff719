// All targets: 106,000 inputs together.

import type { Target } from '../target.js';
import { adapters } from './adapters.js';
import { configs } from './configs.js';
import { datasets } from './datasets.js';
import { gguf } from './gguf.js';
import { grpc } from './grpc.js';
import { http } from './http.js';
import { pictures } from './pictures.js';
import { projectors } from './projectors.js';
import { recipes } from './recipes.js';
import { safetensors } from './safetensors.js';
import { templates } from './templates.js';
import { tokenizers } from './tokenizers.js';

export const targets: readonly Target[] = [
  datasets,
  recipes,
  safetensors,
  gguf,
  projectors,
  tokenizers,
  configs,
  adapters,
  templates,
  pictures,
  http,
  grpc,
];
