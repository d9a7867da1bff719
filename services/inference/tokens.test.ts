// Texts as tokens: told, counted and with their likelihoods.

import { status } from '@grpc/grpc-js';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import { writeTinyModel } from '#testing/tiny-model.js';
import { answer, chat, HELLO, useTinyService } from './testing/tiny-service.js';

const given = useTinyService();

describe('the inference service', () => {
  test('tells texts as tokens, and tokens as text', async () => {
    const ask = async (prompt: object, bare = false) =>
      given.running.client.tokenize('acme', { base: 'tiny', prompts: [prompt], bare });
    const { texts, tokenizer } = await ask({ text: 'Ada 林' });
    const bytes = [...Buffer.from('Ada 林')];
    expect(texts[0]).toMatchObject({ ids: bytes, text: 'Ada 林' });
    expect(texts[0]!.tokens.map((token) => [...token])).toEqual(bytes.map((byte) => [byte]));
    expect(tokenizer!.specialTokens).toMatchObject({ eos_token: '<|im_end|>' });
    expect(tokenizer!.chatTemplate).toContain('im_start');
    expect((await ask({ ids: { ids: [257, 65] } })).texts[0]!.text).toBe('<|im_start|>A');
    expect((await ask(chat('Hi'), true)).texts[0]!.text).toContain('<|im_start|>user\nHi');
    await expect(ask({ ids: { ids: [259] } })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });

  test('tells likelihoods of tokens with their bytes, and refuses unknown tokens by name', async () => {
    const chunks: GenerateChunk__Output[] = [];
    const request = { ...HELLO, sampling: { maxTokens: 4, badWords: ['A'] }, logProbs: 2 };
    for await (const chunk of given.running.client.generate('acme', request)) chunks.push(chunk);
    const told = chunks.flatMap(({ logProbs }) => logProbs);
    expect(told).toHaveLength(4);
    for (const { id, text, logProb, top } of told) {
      expect([...text]).toEqual([id]);
      expect(logProb).toBeLessThan(0);
      expect(top).toHaveLength(2);
    }
    const wrong = { ...HELLO, sampling: { logitBias: { 259: 1 } } };
    await expect(answer(given.running.client, wrong)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      publicMessage: 'sampling.logit_bias: expected ids below 259, found 259',
    });
  });

  test('counts the tokens of prompts, and says which the chat template refuses', async () => {
    const path = join(given.folder.path, 'models/strict');
    onTestFinished(() => rm(path, { recursive: true }));
    await writeTinyModel(path, {
      chatTemplate:
        "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('No system') }}{% endif %}{{ m.content }}{% endfor %}",
    });
    const messages = [
      { role: 'system', content: 's' },
      { role: 'user', content: 'u' },
    ];
    const count = (base: string) =>
      given.running.client.countTokens('acme', {
        base,
        prompts: [chat('Hello'), { chat: { messages } }, { text: 'four' }],
      });
    expect((await count('plain')).prompts[0]!.tokens).toBe('Question: Hello\nAnswer:'.length);
    expect((await count('strict')).prompts).toEqual([
      { tokens: 5, problem: '' },
      { tokens: 0, problem: expect.stringMatching(/^the chat template .*: No system/) },
      { tokens: 4, problem: '' },
    ]);
    await expect(count('tinier')).rejects.toMatchObject({ code: status.NOT_FOUND });
    await expect(count('林😀'.repeat(50_000))).rejects.toMatchObject({ code: status.NOT_FOUND });
  });
});
