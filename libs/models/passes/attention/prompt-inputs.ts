// What prompt attention is fed with besides the past itself: positions, attention masks and, where
// the rotation depends on the prompt's length, its tables.

import { ropeVaries, rotaryTables } from '../../layers/rope.js';
import type { ModelConfig } from '../../types.js';
import { traceOf } from '../trace.js';
import type { InputData } from './input-data.js';
import { type Place, placeFeeds } from './places.js';
import { promptInputs, promptSizes } from './prompt-attention.js';
import { tableInputs } from './rotation.js';
import { sequenceInputNames } from './sequence-attention.js';
import { HIDDEN, type PassInputs } from './sequence-inputs.js';

export interface PromptPart {
  /** Tokens that were read, in the first slots of the past. */
  readonly from: number;
  readonly count: number;
  /** Slots of the past, at least one. */
  readonly past: number;
  /** Tokens of the whole prompt, by which long and dynamic rope rotate all of it. */
  readonly length: number;
  /** Of its tokens, where they are not simply counted. */
  readonly places?: readonly Place[] | undefined;
}

export function promptPartInputs(config: ModelConfig, part: PromptPart): PassInputs {
  const { from, count, past, length, places } = part;
  const { ropes, windows, alibi } = traceOf(config);
  const positions = Array.from({ length: count }, (_, i) => from + i);
  const feeds: Record<string, InputData> = {
    [sequenceInputNames.positions]: { dims: [count], data: BigInt64Array.from(positions, BigInt) },
    [sequenceInputNames.tokens]: {
      dims: [count, 1],
      data: BigInt64Array.from(positions, (at) => BigInt(at - from)),
    },
    [promptInputs.sizes]: { dims: [2], data: BigInt64Array.of(BigInt(past), BigInt(count)) },
  };
  for (const window of [undefined, ...windows])
    feeds[promptInputs.attentionMask(window)] = attentionMask(part, window);
  if (alibi) {
    const slots = Array.from({ length: past }, (_, slot) => slot);
    const data = Float32Array.from([...slots, ...positions]);
    feeds[promptInputs.places] = { dims: [1, 1, 1, 1, past + count], data };
  }
  for (const rope of ropes.filter((one) => ropeVaries(one, Infinity))) {
    const { cosine, sine } = rotaryTables(rope, count, length, from);
    const names = tableInputs(config, rope);
    feeds[names.cosine] = { dims: [count, rope.dim / 2], data: cosine };
    feeds[names.sine] = { dims: [count, rope.dim / 2], data: sine };
  }
  if (places) Object.assign(feeds, placeFeeds(config, places));
  return { feeds, sizes: promptSizes(config, count, past) };
}

function attentionMask({ from, count, past }: PromptPart, window = Infinity): InputData {
  const width = past + count;
  const data = new Float32Array(count * width).fill(HIDDEN);
  for (let t = 0; t < count; t++) {
    const oldest = Math.max(0, from + t - window + 1);
    const line = t * width;
    data.fill(0, line + Math.min(oldest, from), line + from);
    data.fill(0, line + past + Math.max(0, oldest - from), line + past + t + 1);
  }
  return { dims: [1, 1, 1, count, width], data };
}
