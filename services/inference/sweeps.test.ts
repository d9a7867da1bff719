// What DeCo would do with completions, by many settings.

import { describe, expect, test } from 'vitest';
import { zip } from '#collections/zip.js';
import { chat, TINY, useTinyService } from './testing/tiny-service.js';

const given = useTinyService();

describe('the inference service', () => {
  test('scores what DeCo would do with completions, by many settings', async () => {
    const items = ['Ada', 'Bo'].map((completion) => ({ prompt: chat('Hello'), completion }));
    const layers = { from: 1, to: 2 };
    const settings = [0, 6].map((alpha) => ({ layers, alpha }));
    const score = async (asked: object) =>
      (await given.running.client.score('acme', { model: TINY, items, ...asked })).scores;
    const [plain, swept] = [await score({}), await score({ sweep: { settings } })];
    for (const [one, other] of zip(swept, plain)) {
      expect(one.sum).toBeCloseTo(other.sum, 4);
      expect(one.swept!.promptTokens).toBeGreaterThan(5);
      const [off, on] = one.swept!.settings;
      expect(off).toMatchObject({ changed: 0, greedy: one.swept!.greedy });
      expect(off!.sum).toBeCloseTo(other.sum, 4);
      expect(on!.greedy - one.swept!.greedy).toBe(on!.righted - on!.wronged);
      expect(on!.changed).toBeGreaterThanOrEqual(on!.righted + on!.wronged);
    }
  });

  test.each([
    [{ settings: [] }, {}, 'sweep.settings: expected 1 to 256, found 0'],
    [
      { settings: [{ layers: { from: 1, to: 3 }, alpha: 1 }] },
      {},
      'sweep.settings[0].layers: expected the first and the last of layers from 0 to 2, as the model has 2 layers, found 1 and 3',
    ],
    [
      { settings: [{ alpha: -1 }] },
      {},
      'sweep.settings[0].alpha: expected a number from 0 to 100, found -1',
    ],
    [{ settings: [{ alpha: 1 }] }, { detail: true }, 'sweep: goes without detail'],
  ])('refuses the sweep %j with %j', async (sweep, asked, publicMessage) => {
    const items = [{ prompt: chat('Hello'), completion: 'Ada' }];
    const refused = given.running.client.score('acme', { model: TINY, items, sweep, ...asked });
    await expect(refused).rejects.toMatchObject({
      publicMessage,
    });
  });
});
