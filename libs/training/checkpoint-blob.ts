// A run's state as one blob: step, trained values and Adam's moments. Everything random follows
// from seed and step.

import { CheckpointMismatchError } from './errors/checkpoint-mismatch.error.js';

export interface RunState {
  /** Steps done. */
  readonly step: number;
  readonly tokens: number;
  readonly finalLoss: number;
  readonly buffers: readonly Float32Array[];
}

const MAGIC = 'lethe-checkpoint-1';

/** Layout: length of the header (uint32, little endian), JSON header padded to 4 bytes, buffers. */
export function encodeCheckpoint(
  run: string,
  { step, tokens, finalLoss, buffers }: RunState,
): Uint8Array {
  const header = JSON.stringify({
    magic: MAGIC,
    run,
    step,
    tokens,
    finalLoss,
    sizes: buffers.map((buffer) => buffer.length),
  });
  const text = Buffer.from(header.padEnd(Math.ceil(header.length / 4) * 4));
  const bytes = new Uint8Array(
    4 + text.length + buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0),
  );
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  let at = 4 + text.length;
  for (const buffer of buffers) {
    bytes.set(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength), at);
    at += buffer.byteLength;
  }
  return bytes;
}

/**
 * Fills `buffers` and returns the rest of the state.
 * @param run identifies options and data: a checkpoint of another run is refused.
 */
export function restoreCheckpoint(
  run: string,
  bytes: Uint8Array,
  buffers: readonly Float32Array[],
): Omit<RunState, 'buffers'> {
  const header = parseHeader(bytes);
  if (header.magic !== MAGIC) throw new CheckpointMismatchError('not a training checkpoint');
  if (header.run !== run)
    throw new CheckpointMismatchError('the checkpoint belongs to a run with other options or data');
  const start = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const size = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
  if (bytes.length !== start + size)
    throw new CheckpointMismatchError(
      `the checkpoint has ${bytes.length} bytes, expected ${start + size}`,
    );
  let at = start;
  for (const buffer of buffers) {
    new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).set(
      bytes.subarray(at, at + buffer.byteLength),
    );
    at += buffer.byteLength;
  }
  return header;
}

function parseHeader(bytes: Uint8Array): {
  magic: string;
  run: string;
  step: number;
  tokens: number;
  finalLoss: number;
} {
  try {
    const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(
      0,
      true,
    );
    return JSON.parse(Buffer.from(bytes.subarray(4, 4 + length)).toString());
  } catch (error) {
    throw new CheckpointMismatchError('the checkpoint is damaged: its header cannot be read', {
      cause: error,
    });
  }
}
