// Of an adapter's files what it changes of the way to see. Most change nothing of it, and are not read
// for it.

import { adapterTensorNames, readAdapter } from '../adapters/adapter-files.js';
import type { Adapter } from '../adapters/adapter.js';
import type { AdapterFiles, ModelConfig } from '../types.js';
import { seeingPart } from './adapter-parts.js';

const SEEING = /^(?:vision_tower|multi_modal_projector|connector|visual|image_newline)\b/;

/** @throws AdapterError for files that are none, or of another model. */
export function adapterSeeing(
  config: ModelConfig,
  files: AdapterFiles,
  scale: number,
): Adapter | undefined {
  if (!config.vision || !adapterTensorNames(files).some((name) => SEEING.test(name)))
    return undefined;
  return seeingPart(config, { ...readAdapter(files), scale });
}
