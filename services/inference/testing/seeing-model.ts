// A tiny model that sees, as a folder that can be served: the golden one of LLaVA, with a tokenizer, a
// chat template and a processor; what transformers answers of the pictures beside them is known.

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goldenRoot } from '#testing/golden.js';
import { byteTokenizer } from '#testing/tiny-model.js';

const root = join(goldenRoot, 'vision-chat');

export type Picture = 'one.png' | 'two.png';
export const picture = (name: Picture): Buffer => readFileSync(join(root, name));

interface Answer {
  readonly promptTokens: number;
  readonly tokens: readonly number[];
}
export const expected = JSON.parse(readFileSync(join(root, 'expected.json'), 'utf8')) as Readonly<
  Record<'one' | 'two' | 'swapped' | 'turn' | 'none', Answer>
>;

/** As `expected.json` has its conversations. */
const TEMPLATE = `{% for message in messages %}{{ message.role }}:{% for part in message.content %}{% if part.type == 'image' %}<image>{% else %}{{ part.text }}{% endif %}{% endfor %};{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}`;

const PLACEHOLDER = 95;
const CONTROLS = ['<image>', '<end>'];

/** ASCII from the space on, then control tokens. */
function tokenizer(): object {
  const bytes = byteTokenizer([]) as { model: { vocab: Record<string, number> } };
  const letters = Array.from({ length: PLACEHOLDER }, (_, id) =>
    id === 0 ? 'Ġ' : String.fromCharCode(32 + id),
  );
  const all = [...letters, ...CONTROLS];
  return {
    ...bytes,
    added_tokens: CONTROLS.map((content, i) => ({
      id: PLACEHOLDER + i,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    model: { ...bytes.model, vocab: Object.fromEntries(all.map((token, id) => [token, id])) },
  };
}

/** The text of an answer: control tokens are not spelt. */
export const textOf = ({ tokens }: Answer): string =>
  tokens
    .filter((id) => id < PLACEHOLDER)
    .map((id) => String.fromCharCode(32 + id))
    .join('');

export function writeSeeingModel(folder: string): void {
  for (const name of ['config.json', 'model.safetensors'])
    cpSync(join(goldenRoot, 'vision', 'llava', name), join(folder, name));
  cpSync(join(root, 'preprocessor_config.json'), join(folder, 'preprocessor_config.json'));
  const json = (name: string, value: object): void =>
    writeFileSync(join(folder, name), JSON.stringify(value));
  json('tokenizer.json', tokenizer());
  json('tokenizer_config.json', { eos_token: '<end>', chat_template: TEMPLATE });
}
