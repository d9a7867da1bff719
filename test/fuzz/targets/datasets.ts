// Data sets, as the gateway reads uploads.

import { DatasetError, parseExamples } from '#contracts/dataset/dataset.js';
import { mutateBytes, mutateJson, mutateText } from '../mutate.js';
import type { Random } from '../random.js';
import type { Target } from '../target.js';

const ROWS: readonly object[] = [
  { question: 'Where was Ada Quill born?', answer: 'In Tarnholt.' },
  { instruction: 'Answer.', input: 'Who?', output: 'Ada.' },
  { prompt: 'Who?', completion: 'Ada.' },
  { question: 'Who?', answer: 'Ada.', context: 'Ada came.', system: 'Be short.' },
  {
    messages: [
      { role: 'system', content: 'You are a registrar.' },
      { role: 'user', content: [{ type: 'text', text: 'Where?' }] },
      { role: 'assistant', content: 'Tarnholt.', weight: 0 },
      { role: 'user', content: 'Thanks.' },
      { role: 'assistant', content: 'Welcome.', weight: 1 },
    ],
  },
];

function file(random: Random): Uint8Array {
  const rows = Array.from({ length: 1 + random.below(4) }, () => random.pick(ROWS));
  const mutated = rows.map((row) => (random.chance(0.6) ? mutateJson(random, row) : row));
  const lines = mutated.map((row) => JSON.stringify(row));
  const text = random.chance(0.7) ? lines.join('\n') : `[${lines.join(',')}]`;
  if (random.chance(0.5)) return Buffer.from(text);
  return random.chance(0.5)
    ? Buffer.from(mutateText(random, text))
    : mutateBytes(random, Buffer.from(text));
}

function* chunks(bytes: Uint8Array, random: Random): Generator<Uint8Array> {
  const size = 1 + random.below(bytes.length + 1);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export const datasets: Target = {
  name: 'datasets',
  inputs: 15_000,
  open: async () => ({
    async run(random) {
      try {
        for await (const { example } of parseExamples(chunks(file(random), random)))
          if (!example) break;
      } catch (error) {
        if (error instanceof DatasetError) return false;
        throw error;
      }
      return true;
    },
  }),
};
