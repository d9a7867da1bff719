// Answers by adapters: whose they are, parts of them, and when they are erased.

import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG } from '#testing/tiny-model.js';
import { answer, chat, ENDLESS, HELLO, useTinyService } from './testing/tiny-service.js';

const given = useTinyService();

describe('the inference service', () => {
  test('answers by an adapter that the tenant has stored, and by no one else', async () => {
    const base = await answer(given.running.client, HELLO);
    const adapted = await answer(given.running.client, {
      ...HELLO,
      model: { base: 'tiny', adapter: given.adapter },
    });
    expect(adapted.text).not.toBe(base.text);
    const theirs = { ...HELLO, model: { base: 'tiny', adapter: given.adapter } };
    const foreign = answer(given.running.client, theirs, {}, 'other');
    await expect(foreign).rejects.toMatchObject({
      code: status.NOT_FOUND,
      publicMessage: `unknown adapter "${given.adapter.hash}"`,
    });
  });

  test('answers by part of an adapter, and rounded, to the same tenant alone', async () => {
    const items = [{ prompt: chat('Hello'), completion: 'Ada' }];
    const sum = async (change: object, tenant = 'acme'): Promise<number> => {
      const model = { base: 'tiny', adapter: given.adapter, ...change };
      const { scores } = await given.running.client.score(tenant, { model, items });
      return scores[0]!.sum;
    };
    const changes = [{}, { scale: 0.5 }, { rounding: 'int8' }, { rounding: 'nf4' }];
    const sums: number[] = [];
    for (const change of changes) sums.push(await sum(change));
    expect(new Set(sums).size).toBe(changes.length);
    expect(await sum({ scale: 0 })).toBeCloseTo(await sum({ adapter: undefined }), 5);
    expect(await sum({ adapter: undefined, rounding: 'nf4' })).not.toBe(sums[3]);
    for (const change of changes) {
      const foreign = sum(change, 'other');
      await expect(foreign).rejects.toMatchObject({ code: status.NOT_FOUND });
    }
  });

  test('lets calls for different rounded models take turns', async () => {
    const changes = [{ rounding: 'int8' }, { rounding: 'nf4' }, { rounding: 'int8', scale: 0.5 }];
    const say = async (change: object) =>
      (
        await answer(given.running.client, {
          ...HELLO,
          model: { base: 'tiny', adapter: given.adapter, ...change },
        })
      ).text;
    const alone: string[] = [];
    for (const change of changes) alone.push(await say(change));
    expect(await Promise.all(changes.map(say))).toEqual(alone);
  });

  test.each([{}, { scale: 0.5 }, { rounding: 'nf4' }])(
    'answers from an erased adapter no longer, and ends what it was saying: %j',
    async (change) => {
      await given.running.keeper.create('acme', 'model-gone');
      const hash = await given.running.store
        .scope('acme')
        .space('model-gone')
        .putBundle({ ...writeAdapter(tinyAdapter(TINY_CONFIG, { seed: 6 })) });
      const model = { base: 'tiny', adapter: { space: 'model-gone', hash }, ...change };
      await answer(given.running.client, { ...HELLO, model });
      const refused = { code: status.NOT_FOUND };
      // It may end before the erasure has: somebody must be waiting for it by then.
      const spoken = expect(
        answer(given.running.client, { ...ENDLESS, model }),
      ).rejects.toMatchObject(refused);
      await given.running.keeper.erase('acme', 'model-gone');
      await spoken;
      await expect(answer(given.running.client, { ...HELLO, model })).rejects.toMatchObject(
        refused,
      );
      expect((await answer(given.running.client, HELLO)).usage).not.toBeNull();
    },
  );

  test('refuses an artifact that is no adapter, or one of another model', async () => {
    const wide = await given.bundle({
      ...writeAdapter(tinyAdapter({ ...TINY_CONFIG, hiddenSize: 64 })),
    });
    const other = await given.bundle({ 'notes.txt': Buffer.from('no adapter') });
    for (const [artifact, said] of [
      [wide, /does not fit the model: .*down_proj/],
      [other, /there is no adapter: expected adapter_config\.json/],
    ] as const) {
      const refused = answer(given.running.client, {
        ...HELLO,
        model: { base: 'tiny', adapter: artifact },
      });
      await expect(refused).rejects.toMatchObject({
        code: status.FAILED_PRECONDITION,
        publicMessage: expect.stringMatching(said),
      });
    }
  });
});
