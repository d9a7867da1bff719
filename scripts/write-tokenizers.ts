// Writes the tokenizer.json of every real tokenizer into a folder, for the Python scripts that make reference numbers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REAL_TOKENIZERS } from '#testing/real-tokenizers.js';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: write-tokenizers.js DIR');
mkdirSync(folder, { recursive: true });
for (const [name, read] of Object.entries(REAL_TOKENIZERS)) {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(await read()));
}
