// Writes the tokenizers and chat templates of published models into a folder, for the Python
// scripts that make reference digests.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realChatTemplates } from '#testing/real-chat-templates.js';
import { REAL_TOKENIZERS } from '#testing/real-tokenizers.js';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: write-published.js DIR');
mkdirSync(join(folder, 'tokenizers'), { recursive: true });
for (const [name, read] of Object.entries(REAL_TOKENIZERS)) {
  writeFileSync(join(folder, 'tokenizers', `${name}.json`), JSON.stringify(await read()));
}
writeFileSync(
  join(folder, 'chat-templates.json'),
  JSON.stringify(Object.fromEntries(realChatTemplates())),
);
