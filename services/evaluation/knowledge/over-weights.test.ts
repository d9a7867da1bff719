import { expect, test } from 'vitest';
import type { GroundingSettings } from '#contracts/grounding.js';
import type { KnowledgeRow } from '#contracts/knowledge-report.js';
import { overWeights } from './over-weights.js';

/** By name: ln p of the model, and ln of the retriever's score. */
type Paths = Readonly<Record<string, readonly [own: number, retrieved: number]>>;

/** What of the paths is likeliest at a weight, as a whole search would have it. */
function linkAt(paths: Paths, weight: number): KnowledgeRow {
  const [best, rival] = Object.entries(paths)
    .map(([entity, [own, retrieved]]) => ({ entity, own, score: own + weight * retrieved }))
    .toSorted((a, b) => b.score - a.score);
  return {
    status: 'grounded',
    settings: { retriever_weight: weight },
    link: { entity: best!.entity, attribute: 'is' },
    mass: best!.own / 4,
    margin: best!.score - rival!.score,
  } as KnowledgeRow;
}

const settings = [0, 0.5, 1, 2, 4, 8, 16].map((weight) => ({ retriever_weight: weight }));

async function over(paths: Paths) {
  const asked: number[] = [];
  const ask = async ({ retriever_weight: weight = 1 }: GroundingSettings) => {
    asked.push(weight);
    return linkAt(paths, weight);
  };
  return { rows: await overWeights(settings, ask), asked };
}

test('what is linked alike at both ends is not asked between them', async () => {
  // Ahead by 2 of b, whom the retriever puts back by 1 for each weight.
  const { rows, asked } = await over({ a: [-1, 0], b: [-3, -1] });
  expect(asked).toEqual([0, 16]);
  expect(rows.map(({ margin }) => margin)).toEqual([2, 2.5, 3, 4, 6, 10, 18]);
  expect(rows.map((row) => row.settings)).toEqual(settings);
});

test('where the link changes is found by halves', async () => {
  // From 3 on the retriever's: -1 against -4 + 3.
  const { rows, asked } = await over({ own: [-1, -1], said: [-4, 0] });
  expect(rows.map(({ link }) => link!.entity)).toEqual([
    ...Array.from({ length: 4 }, () => 'own'),
    ...Array.from({ length: 3 }, () => 'said'),
  ]);
  expect(asked.length).toBeLessThan(settings.length);
  const exact = settings.map((one) =>
    linkAt({ own: [-1, -1], said: [-4, 0] }, one.retriever_weight),
  );
  expect(rows).toEqual(exact);
});

test('links of any paths are those of asking everywhere, and margins no wider', async () => {
  let state = 11;
  const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
  for (let round = 0; round < 50; round++) {
    const paths = Object.fromEntries(
      Array.from({ length: 5 }, (_, i) => [`e${i}`, [-9 * random(), -random()] as const]),
    );
    const { rows } = await over(paths);
    for (const [i, { retriever_weight: weight }] of settings.entries()) {
      const exact = linkAt(paths, weight);
      expect(rows[i]!.link).toEqual(exact.link);
      expect(rows[i]!.margin).toBeLessThanOrEqual(exact.margin + 1e-9);
    }
  }
});

test('one setting is asked once', async () => {
  const asked: unknown[] = [];
  const ask = async (one: GroundingSettings) => (
    asked.push(one),
    linkAt({ a: [0, 0], b: [0, 0] }, 1)
  );
  expect(await overWeights([{ margin: 3 }], ask)).toHaveLength(1);
  expect(asked).toEqual([{ margin: 3 }]);
});
