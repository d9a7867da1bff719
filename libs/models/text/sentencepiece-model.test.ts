// tokenizer.model files, against digests of what SentencePiece itself makes of the same lines.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TINY_CONFIG, writeTinyModel } from '#testing/tiny-model.js';
import { openCheckpoint } from '../checkpoints/checkpoint.js';
import { sentencePieceModel } from './sentencepiece-model.js';
import { Tokenizer } from './tokenizer.js';

const rows = (path: string): string[] =>
  readFileSync(`test/golden/${path}`, 'utf8').split('\n').slice(0, -1);
const lines = rows('tokenizers/lines.jsonl').map((row) => JSON.parse(row) as string);
const digest = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

function open(name: string, config: Record<string, unknown> = {}): Tokenizer {
  const path = `test/golden/sentencepiece/${name}.model`;
  return new Tokenizer({
    tokenizer: sentencePieceModel(path, readFileSync(path), config),
    config: { bos_token: '<s>', unk_token: '<unk>' },
    model: name,
  });
}

// Where a model drops extra spaces, SentencePiece drops a typed ▁ at the beginning of decoded text
// too; Hugging Face's does not.
test.each([
  ['bytes', true],
  ['spaces', false],
])('%s gives the ids of SentencePiece', (name, hasSameText) => {
  const tokenizer = open(name);
  const golden = rows(`sentencepiece/${name}.txt`);
  const wrong = lines.flatMap((line, i) => {
    // SentencePiece knows no control tokens in a text.
    const ids = tokenizer.encodeSealed(tokenizer.seal(line));
    const [wanted, text] = golden[i]!.split(' ');
    const isSameText = !hasSameText || digest(tokenizer.decode(ids), 4) === text;
    return digest(ids.join(','), 6) === wanted && isSameText ? [] : [{ line, ids }];
  });
  expect(wrong).toEqual([]);
});

test('bos is added unless the configuration says otherwise; its own tokens are known', () => {
  const added_tokens_decoder = {
    '1200': {
      content: '<|im_end|>',
      special: true,
      normalized: false,
      lstrip: false,
      rstrip: false,
      single_word: false,
    },
  };
  const tokenizer = open('bytes', { added_tokens_decoder });
  expect(tokenizer.encode('<|im_end|>', { addSpecial: true })).toEqual([1, 1200]);
  expect(open('bytes', { add_bos_token: false }).encode('a', { addSpecial: true })).toEqual(
    tokenizer.encode('a'),
  );
});

test('what is no BPE model is refused', () => {
  expect(() => sentencePieceModel('f', Buffer.from('not a model'), {})).toThrow(
    /^f is not a SentencePiece model/,
  );
  expect(() => sentencePieceModel('f', Buffer.of(0x12, 2, 0x18, 1), {})).toThrow(
    'f: trainer_spec.model_type is 1, expected 2 (BPE)',
  );
});

test('a folder without tokenizer.json is read by its tokenizer.model', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-sentencepiece-'));
  await writeTinyModel(folder, { config: { ...TINY_CONFIG, vocabSize: 1200 } });
  await rm(join(folder, 'tokenizer.json'));
  const checkpoint = await openCheckpoint(folder);
  await expect(checkpoint.tokenizer()).rejects.toThrow(
    'has neither tokenizer.json nor tokenizer.model',
  );
  await copyFile('test/golden/sentencepiece/bytes.model', join(folder, 'tokenizer.model'));
  expect((await checkpoint.tokenizer()).encode(lines[0]!)).toEqual(open('bytes').encode(lines[0]!));
  await rm(folder, { recursive: true });
});
