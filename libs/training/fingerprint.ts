// Which run a checkpoint belongs to.

import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { TrainOptions } from './training-options.js';

/**
 * Identifies a run for its checkpoints: data and hyperparameters. Where it runs is left out, as a
 * run may go on in another pod; with another number of threads its bytes differ by rounding from
 * then on.
 */
export function fingerprint({ modelPath = '', ...options }: TrainOptions): string {
  const {
    recompute: _recompute,
    halfWeights: _halfWeights,
    memoryLimit: _memoryLimit,
    ...told
  } = options;
  const run = {
    ...told,
    model: basename(modelPath),
    checkpointSteps: 0,
    threads: 0,
    device: 'cpu',
  };
  // Many examples may show the same picture.
  const known = new Map<ArrayBufferView, string>();
  const text = JSON.stringify(run, (_key, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const hash = known.get(value) ?? createHash('sha256').update(bytesOf(value)).digest('hex');
    known.set(value, hash);
    return hash;
  });
  return createHash('sha256').update(text).digest('hex');
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
