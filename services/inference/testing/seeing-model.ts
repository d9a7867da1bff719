// Tiny models that see, as folders that can be served: golden ones with a tokenizer, a chat template and
// a processor; what transformers answers of the pictures beside them is known.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
type Conversation =
  | 'one'
  | 'two'
  | 'swapped'
  | 'turn'
  | 'none'
  | 'tiles'
  | 'whole'
  | `grid-${'one' | 'two' | 'turn'}`;
export const expected = JSON.parse(readFileSync(join(root, 'expected.json'), 'utf8')) as Readonly<
  Record<Conversation, Answer>
>;

/** As `expected.json` has its conversations. */
const TEMPLATE = `{% for message in messages %}{{ message.role }}:{% for part in message.content %}{% if part.type == 'image' %}<image>{% else %}{{ part.text }}{% endif %}{% endfor %};{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}`;

const CONTROLS = ['<image>', '<end>'];
const ROWS = ['1_col_1', '1_col_2', '2_col_1', '2_col_2'].map((place) => `<row_${place}>`);
const MARKS = ['<fake_token_around_image>', '<global-img>', ...ROWS];
const TOKENS = 97;

/** Tokens that are no letters come last. */
const families = {
  llava: { controls: CONTROLS, processor: join(root, 'preprocessor_config.json') },
  smolvlm: { controls: [...MARKS, ...CONTROLS], processor: join(root, 'tiles.json') },
  'qwen2-5-vl': {
    controls: CONTROLS,
    processor: join(goldenRoot, 'vision', 'qwen2-5-vl', 'preprocessor_config.json'),
  },
};
type Family = keyof typeof families;

const lettersOf = (family: Family): number => TOKENS - families[family].controls.length;
const letter = (id: number): string => String.fromCharCode(32 + id);

/** ASCII from the space on, then control tokens. */
function tokenizerOf(family: Family): object {
  const bytes = byteTokenizer([]) as { model: { vocab: Record<string, number> } };
  const { controls } = families[family];
  const letters = Array.from({ length: lettersOf(family) }, (_, id) => (id ? letter(id) : 'Ġ'));
  return {
    ...bytes,
    added_tokens: controls.map((content, i) => ({
      id: letters.length + i,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    model: {
      ...bytes.model,
      vocab: Object.fromEntries([...letters, ...controls].map((token, id) => [token, id])),
    },
  };
}

/** The text of an answer: control tokens are not spelt. */
export const textOf = ({ tokens }: Answer, family: Family = 'llava'): string =>
  tokens
    .filter((id) => id < lettersOf(family))
    .map(letter)
    .join('');

export function writeSeeingModel(folder: string, family: Family = 'llava'): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ['config.json', 'model.safetensors'])
    cpSync(join(goldenRoot, 'vision', family, name), join(folder, name));
  cpSync(families[family].processor, join(folder, 'preprocessor_config.json'));
  const json = (name: string, value: object): void =>
    writeFileSync(join(folder, name), JSON.stringify(value));
  json('tokenizer.json', tokenizerOf(family));
  json('tokenizer_config.json', { eos_token: '<end>', chat_template: TEMPLATE });
}

/** The same models as llama.cpp's converters write them: a text that has the tokens, and a projector. */
export function writeSeeingGguf(folder: string, family: Exclude<Family, 'smolvlm'>): void {
  cpSync(join(goldenRoot, 'mmproj', family), folder, { recursive: true });
  // The file says nothing of how many pixels a picture may have.
  if (family === 'qwen2-5-vl')
    cpSync(families[family].processor, join(folder, 'preprocessor_config.json'));
}
