// One supervised example as token ids: the conversation is given, the answer and the end of its
// turn are learned.

import type { TrainExample } from '../types.js';
import type { Tokenizer } from './tokenizer.js';

export interface EncodedExample {
  readonly ids: number[];
  /** Index of the first id that is a label; ids before it are context only. */
  readonly labelStart: number;
  /** The answer was longer than there was room for. */
  readonly isCut?: boolean;
}

/**
 * Prompt and answer are encoded apart: at inference the prompt is encoded alone, so no token may
 * span the border. An example longer than maxLength is cut at its end.
 * @throws RangeError if the prompt alone leaves no room for a label.
 */
export function encodeExample(
  tokenizer: Tokenizer,
  example: TrainExample,
  maxLength: number,
): EncodedExample {
  const { lead, end } = tokenizer.turn;
  const { messages, prefix = '', answer } = example;
  const promptIds = tokenizer.encodeChat(messages, prefix);
  const learned = (prefix === '' ? lead : '') + tokenizer.seal(answer) + end;
  if (promptIds.length >= maxLength) {
    throw new RangeError(
      `a prompt of ${promptIds.length} tokens leaves no room for an answer within max_length ${maxLength}`,
    );
  }
  const ids = [...promptIds, ...tokenizer.encodeSealed(learned)];
  return {
    ids: ids.slice(0, maxLength),
    labelStart: promptIds.length,
    ...(ids.length > maxLength ? { isCut: true } : {}),
  };
}
