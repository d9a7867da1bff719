// Texts of a form, as tokens of published tokenizers, are followed to their end.

import { describe, expect, test } from 'vitest';
import { Tokenizer } from '#models/text/tokenizer.js';
import { REAL_TOKENIZERS } from '#testing/real-tokenizers.js';
import { compile } from './compile.js';
import { Forms } from './forms.js';

const schema = {
  type: 'object',
  properties: { name: { type: 'string' }, ages: { type: 'array', items: { type: 'integer' } } },
  required: ['name', 'ages'],
};
const person = JSON.stringify({ name: 'Zoë "日本" 😀\n', ages: [1, 22, 333] });

describe.each(['llama2', 'llama3', 'qwen3', 'gemma2', 'phi3'])('%s', (name) => {
  test('follows what it has written itself', async () => {
    const document = await REAL_TOKENIZERS[name]!();
    const special = document.added_tokens.find((token) => token.special)!;
    const config = { eos_token: special.content };
    const tokenizer = new Tokenizer({ tokenizer: document, config, model: name });
    const ids = tokenizer.encode(person);
    expect(tokenizer.decode(ids)).toBe(person);
    const vocabulary = Math.max(...ids, special.id, 2000) + 1;
    const constraint = new Forms(tokenizer, vocabulary).constraintOf(
      compile(
        { kind: 'schema', schema: JSON.stringify(schema) },
        { lead: '', dropsSpace: tokenizer.dropsSpace },
      ),
    );
    const isAllowed = (id: number): boolean => {
      const logits = new Float32Array(vocabulary);
      constraint.forbid(logits, []);
      return logits[id] === 0;
    };
    for (const id of ids) {
      expect([id, isAllowed(id), isAllowed(special.id)]).toEqual([id, true, false]);
      constraint.accept(id);
    }
    expect(constraint.hasEnded).toBe(true);
  });
});
