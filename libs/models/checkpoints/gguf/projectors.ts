// The projectors by clip.projector_type.

import { CheckpointError } from '../../errors/checkpoint.error.js';
import { told } from '../../errors/told.js';
import type { GgufFile } from './file.js';
import type { Projector } from './projector.js';
import { idefics3 } from './projectors/idefics3.js';
import { mlp } from './projectors/mlp.js';
import { qwen25Vl, qwen2Vl } from './projectors/qwen-merger.js';

const PROJECTORS: ReadonlyMap<string, Projector> = new Map(
  Object.entries({
    mlp,
    idefics3,
    qwen2vl_merger: qwen2Vl,
    'qwen2.5vl_merger': qwen25Vl,
  }),
);

/** How to have an answer all the same. */
const WITHOUT = 'take the file out of the folder to have the text alone';

/** Files of 2025 and later may say what they read by kind: pictures, sounds. */
export const projectorType = (file: GgufFile): string | undefined =>
  file.text('projector_type') ?? file.text('vision.projector_type');

/** @throws CheckpointError listing the known. */
export function projectorOf(file: GgufFile): Projector {
  const { path, architecture } = file;
  if (architecture !== 'clip')
    throw new CheckpointError(
      `${path}: general.architecture is ${told(architecture)}, expected clip of a projector: ${WITHOUT}`,
    );
  const type = projectorType(file);
  const projector = PROJECTORS.get(type ?? '');
  if (projector) return projector;
  throw new CheckpointError(
    `${path}: clip.projector_type is ${type === undefined ? 'missing' : told(type)}, expected one of ${[...PROJECTORS.keys()].join(', ')}: ${WITHOUT}`,
  );
}
