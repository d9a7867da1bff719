// What no answer from a knowledge base can have, as a conversation asks for it.

import type { Message } from '#contracts/generated/lethe/inference/v1/Message.js';

export type Problem = readonly [field: string, message: string];

/**
 * @param asked values by their fields: one that is true in any way asks for something.
 * @param field that has the messages.
 * @returns undefined: the conversation may be answered from a base.
 */
export function ungroundableIn(
  asked: Record<string, unknown>,
  field: string,
  messages: readonly Pick<Message, 'role'>[],
): Problem | undefined {
  const wrong = Object.keys(asked).find((name) => asked[name]);
  if (wrong !== undefined) return [wrong, 'cannot be combined with a knowledge base'];
  if (messages.at(-1)?.role === 'user') return undefined;
  return [field, "must end with a user's message, which a knowledge base is asked"];
}
