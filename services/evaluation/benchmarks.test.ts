// Published benchmarks as cells: asked and scored as their own code does.

import { describe, expect, test } from 'vitest';
import { cellManifestSchema } from '#contracts/cells.js';
import { collect, readStretches } from '#platform/artifacts/stretches.js';
import { gold, question, rows, script, useEvaluation } from './testing/evaluation.js';

describe('the evaluation service', () => {
  const given = useEvaluation();
  const { files, infer, startWorker, ended, stored, payload } = given;

  test('asks what MUSE asks as its own code does: a text, the answer cut and compared', async () => {
    const texts: string[] = [];
    const inference = await infer({
      ...script,
      answer(_, asked) {
        texts.push(asked);
        return asked.endsWith('Answer: ') ? 'in Oxbow' : 'the north, and never came';
      },
    });
    await startWorker(inference.port);
    const cell = async (
      task: 'muse-knowmem' | 'muse-verbmem',
      maxTokens: number,
      forget: string,
    ) => {
      const space = await files.space('acme', `${given.prefix}-${task}`);
      const asked = { stage: 'cell', task, jobId: space.id, maxTokens } as const;
      const shots = await stored(rows([3, 4]));
      await given.producer.add(
        'evaluate',
        await payload({ ...asked, forget: await stored(forget), retain: shots }),
        { id: task },
      );
      expect(await ended(task)).toMatchObject({ event: 'completed' });
      const left = cellManifestSchema.parse(await space.getJson((await space.getRef('cell'))!));
      return { figures: left.figures, rows: await collect(readStretches(space, left.stretches)) };
    };
    const knowmem = await cell('muse-knowmem', 32, rows([2]));
    expect(texts).toEqual([
      `Question: ${question(3)}\nAnswer: ${gold(3)}\n\n` +
        `Question: ${question(4)}\nAnswer: ${gold(4)}\n\n` +
        `Question: ${question(2)}\nAnswer: `,
    ]);
    // Two words of "Greta Holloway was born in Oxbow.", and both of what was said.
    expect(knowmem.figures).toContainEqual({
      metric: 'rougeLF1',
      value: 0.5,
      interval: [0.5, 0.5],
      n: 1,
    });
    const passage = { prompt: 'She went up to ', gt: 'the north and stayed there for many years' };
    const verbmem = await cell('muse-verbmem', 5, JSON.stringify(passage));
    expect(texts[1]).toBe('She went up to ');
    expect(verbmem.rows).toMatchObject([
      {
        probe: 'muse-verbmem',
        gold: 'the north and stayed there',
        answer: 'the north, and never came',
        figures: { rougeLF1: 0.6, rougeLRecall: 0.6 },
      },
    ]);
  });

  test("asks and scores TOFU's sets as open-unlearning does", async () => {
    const inference = await infer({
      ...script,
      answer: () => 'In Oxbow, it seems.',
      // The right answer at 1/2, in other words at 1/4, wrong ones at 1/8.
      score: (_, __, completion) => [
        completion === gold(2) ? -Math.LN2 : (completion === 'In Oxbow.' ? -2 : -3) * Math.LN2,
      ],
    });
    await startWorker(inference.port);
    const row = {
      question: question(2),
      answer: gold(2),
      paraphrased_answer: 'In Oxbow.',
      perturbed_answer: ['In Norvik.', 'In Greyford.'],
    };
    const file = await stored(JSON.stringify(row));
    const cell = async (task: 'tofu-forget' | 'tofu-facts') => {
      const space = await files.space('acme', `${given.prefix}-${task}`);
      const asked = { stage: 'cell', task, jobId: space.id, maxTokens: 200 } as const;
      await given.producer.add(
        'evaluate',
        await payload({ ...asked, forget: file, retain: file }),
        {
          id: task,
        },
      );
      expect(await ended(task)).toMatchObject({ event: 'completed' });
      const left = cellManifestSchema.parse(await space.getJson((await space.getRef('cell'))!));
      return Object.fromEntries(left.figures.map(({ metric, value }) => [metric, value]));
    };
    expect(await cell('tofu-forget')).toEqual({
      // Two words of "Greta Holloway was born in Oxbow.".
      rouge1: expect.closeTo(2 / 6) as number,
      rougeL: expect.closeTo(2 / 6) as number,
      probability: expect.closeTo(1 / 2) as number,
      paraphraseProbability: expect.closeTo(1 / 4) as number,
      truthRatio: expect.closeTo(1 / 2) as number,
      indifference: expect.closeTo(1 / 2) as number,
    });
    expect(await cell('tofu-facts')).toMatchObject({
      probability: expect.closeTo(2 / 3) as number,
      truthfulness: expect.closeTo(1 / 2) as number,
    });
  });
});
