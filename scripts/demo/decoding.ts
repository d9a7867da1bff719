// One answer by DeCo, beside the greedy one.

import type OpenAI from 'openai';
import { last } from '#collections/items.js';
import { shown, table } from '../../cli/output.js';
import type { Answered } from './questions.js';

interface DecodingUsage {
  readonly steps: number;
  readonly skipped: number;
  readonly changed: number;
}

/** @param answered greedily, by the model. */
export async function decodingTable(
  openai: OpenAI,
  model: string,
  answered: readonly Answered[],
): Promise<string> {
  const { question, after } = last(answered);
  const asked = {
    model,
    messages: [{ role: 'user' as const, content: question }],
    temperature: 0,
    max_tokens: 64,
    decoding: { strategy: 'deco' },
  };
  const { choices, usage } = await openai.chat.completions.create(asked);
  const { decoding } = (usage ?? {}) as { readonly decoding?: DecodingUsage };
  const answer = choices[0]?.message.content ?? '';
  const did = decoding
    ? `${decoding.changed} of ${decoding.steps} tokens changed, early layers asked for ${decoding.steps - decoding.skipped}`
    : '';
  return table(
    ['question', 'greedy', 'by DeCo', 'what DeCo did'],
    [[question, after, answer, did].map(shown)],
    [28, 28, 28, 28],
  );
}
