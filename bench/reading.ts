// What reading files costs: published tokenizers, a GGUF vocabulary, quantised weights. `npm run
// bench:read`, in CPU time of one core.

import { Tokenizer as HfTokenizer } from '@huggingface/tokenizers';
import { readFileSync } from 'node:fs';
import { ggufTokenizerSource } from '#models/checkpoints/gguf/tokenizer.js';
import { dequantize, GGUF_TYPES } from '#models/checkpoints/gguf/types.js';
import { Tokenizer } from '#models/text/tokenizer.js';
import { ggufVocabulary } from '#testing/gguf-vocabulary.js';
import { REAL_TOKENIZERS } from '#testing/real-tokenizers.js';

const ROUNDS = 3;
/** Of weights that are dequantised. */
const COUNT = 1e8;

/** Least CPU time of the rounds, in seconds: other processes and the collector only add to it. */
function seconds(run: () => unknown): string {
  const times = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  return Math.min(...times).toFixed(2);
}

const lines = readFileSync('test/golden/tokenizers/lines.jsonl', 'utf8')
  .split('\n')
  .slice(0, -1)
  .map((line) => JSON.parse(line) as string);
console.log('tokenizer: seconds to open, by the library alone, to encode 1,000 lines');
for (const [name, load] of Object.entries(REAL_TOKENIZERS)) {
  const document = await load();
  const open = () => new Tokenizer({ tokenizer: document, config: {}, model: name });
  const tokenizer = open();
  console.log(
    `${name}: ${seconds(open)}, ${seconds(() => new HfTokenizer(document, {}))}, ${seconds(() => lines.map((line) => tokenizer.encode(line)))}`,
  );
}

const gemma = new Map(
  Object.entries({
    ...ggufVocabulary(await REAL_TOKENIZERS['gemma2']!(), null),
    'tokenizer.ggml.add_space_prefix': false,
  }),
);
console.log(
  `gemma2 from GGUF, merges included: ${seconds(() => new Tokenizer(ggufTokenizerSource('gemma2', gemma, {})))}`,
);

console.log(`\nGGUF type: seconds for ${COUNT / 1e6} million weights`);
for (const storage of Object.values(GGUF_TYPES)) {
  const { name, blockValues, blockBytes } = storage;
  const blocks = new Uint8Array((COUNT / blockValues) * blockBytes).fill(0x11);
  console.log(`${name}: ${seconds(() => dequantize(storage, blocks))}`);
}
