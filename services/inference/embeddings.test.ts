// Embeddings of prompts.

import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { TINY_CONFIG } from '#testing/tiny-model.js';
import { chat, TINY, useTinyService } from './testing/tiny-service.js';

const given = useTinyService();

describe('the inference service', () => {
  test('embeds prompts as they come, by the adapter of the tenant alone', async () => {
    const prompts = [{ text: 'Hello' }, { ids: { ids: [...Buffer.from('Hello')] } }, chat('Hi')];
    const embed = async (more: object = {}, tenant = 'acme') =>
      (await given.running.client.embed(tenant, { model: TINY, prompts, pooling: 'mean', ...more }))
        .embeddings;
    const [text, ids, said] = await embed();
    expect(ids).toEqual(text);
    expect(text).toMatchObject({ tokens: 5 });
    expect(said!.tokens).toBeGreaterThan(2);
    expect(text!.values).toHaveLength(TINY_CONFIG.hiddenSize);
    const [cut] = await embed({ dimensions: 3 });
    expect(cut!.values).toEqual(text!.values.slice(0, 3));
    expect((await embed({ pooling: 'last' }))[0]!.values).not.toEqual(text!.values);
    const adapted = { model: { base: 'tiny', adapter: given.adapter } };
    expect((await embed(adapted))[0]!.values).not.toEqual(text!.values);
    await expect(embed(adapted, 'other')).rejects.toMatchObject({ code: status.NOT_FOUND });
    await expect(embed({ prompts: [{ text: 'a'.repeat(257) }] })).rejects.toMatchObject({
      code: status.OUT_OF_RANGE,
    });
    const most = TINY_CONFIG.hiddenSize;
    await expect(embed({ dimensions: most + 1 })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      publicMessage: `dimensions: expected at most ${most}, which "tiny" has, found ${most + 1}`,
    });
    await expect(embed({ pooling: 'max' })).rejects.toMatchObject({
      publicMessage: 'pooling: expected one of mean, last, found "max"',
    });
  });
});
