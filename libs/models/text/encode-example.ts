// One supervised example as token ids: the conversation is given, the answer and the end of its
// turn are learned, unless it is open.

import type { PictureFeatures, TrainExample } from '../types.js';
import type { ShownImages } from './shown-images.js';
import type { Tokenizer } from './tokenizer.js';

export interface EncodedExample {
  readonly ids: number[];
  /** Index of the first id that is a label; ids before it are context only. */
  readonly labelStart: number;
  /**
   * Of images, in the prompt's order, [n, hidden] each: they stand for those ids before labelStart that
   * are `imageToken`. Absent: none.
   */
  readonly features?: readonly PictureFeatures[];
  readonly imageToken?: number;
  /** Of a vision tower that is trained, that its pictures take. Absent: none. */
  readonly towerTokens?: number;
  /** The answer was longer than there was room for. */
  readonly isCut?: boolean;
}

/**
 * Prompt and answer are encoded apart: at inference the prompt is encoded alone, so no token may
 * span the border. An answer goes on from its prefix as a model would go on, where the tokenizer
 * has no token across. An example longer than maxLength is cut at its end.
 * @throws RangeError if the prompt alone leaves no room for a label.
 */
export function encodeExample(
  tokenizer: Tokenizer,
  example: TrainExample,
  maxLength: number,
): EncodedExample {
  const { messages, prefix, shown } = example;
  const promptIds = tokenizer.encodeChat(messages, prefix, [], asPieces(shown));
  if (promptIds.length >= maxLength) {
    throw new RangeError(
      `a prompt of ${promptIds.length} tokens leaves no room for an answer within max_length ${maxLength}`,
    );
  }
  const ids = [...promptIds, ...learnedIds(tokenizer, example, promptIds)];
  return {
    ids: ids.slice(0, maxLength),
    labelStart: promptIds.length,
    ...(ids.length > maxLength ? { isCut: true } : {}),
    ...(shown
      ? { imageToken: shown.token, features: shown.images.map(({ features }) => features) }
      : {}),
  };
}

const asPieces = (shown: TrainExample['shown']): ShownImages | undefined =>
  shown && { token: shown.token, images: shown.images.map(({ pieces }) => pieces) };

function learnedIds(
  tokenizer: Tokenizer,
  { messages, prefix = '', answer, isOpen = false, shown }: TrainExample,
  promptIds: readonly number[],
): number[] {
  const { lead } = tokenizer.turn;
  const end = isOpen ? '' : tokenizer.turn.end;
  if (prefix === '') return tokenizer.encodeSealed(lead + tokenizer.seal(answer) + end);
  const whole = tokenizer.encodeChat(messages, prefix + answer, [], asPieces(shown));
  const goesOn = promptIds.every((id, i) => id === whole[i]);
  return goesOn
    ? [...whole.slice(promptIds.length), ...tokenizer.encodeSealed(end)]
    : tokenizer.encodeSealed(tokenizer.seal(answer) + end);
}
