// Cells of evaluation runs: figures and rows that do not depend on how the work was cut.

import { describe, expect, test } from 'vitest';
import { cellManifestSchema } from '#contracts/cells.js';
import { collect, readStretches } from '#platform/artifacts/stretches.js';
import { gold, rows, script, useEvaluation } from './testing/evaluation.js';

describe('the evaluation service', () => {
  const given = useEvaluation();
  const { files, infer, startWorker, ended, stored, payload } = given;

  test.each([undefined, 'lexical'] as const)(
    'judged by %s, leaves the same bytes however the work was cut, and by however many workers',
    async (judge) => {
      const inference = await infer(script);
      const { port } = inference;
      await startWorker(port);
      const left = async (shardSize: number): Promise<string | null> => {
        const id = `${given.prefix}-${shardSize}`;
        const cell = await files.space('acme', id);
        await given.producer.add(
          'evaluate',
          await payload({ stage: 'cell', jobId: id, shardSize, judge }),
          {
            id,
          },
        );
        expect((await ended(id)).event).toBe('completed');
        return cell.getRef('cell');
      };
      const alone = await left(100);
      await Promise.all([startWorker(port), startWorker(port)]);
      inference.refuse = 1;
      expect(await left(1)).toBe(alone);
      expect(await left(2)).toBe(alone);
    },
  );

  test.each([
    [
      'first-three-words',
      3,
      [
        ['leakShare', 1, 2],
        ['unjudged', 0, 2],
      ],
    ],
    [
      'few-shot',
      3,
      [
        ['leakShare', 1, 2],
        ['unjudged', 1, 3],
      ],
    ],
    [
      'gold',
      3,
      [
        ['direct', 0.5, 3],
        ['afterFirst', 0.5, 2],
      ],
    ],
  ] as const)('asks %s of a model as an audit does, as a cell', async (task, size, expected) => {
    const inference = await infer(script);
    await startWorker(inference.port);
    const short = `${rows([0])}\n{"question": "Who is Jonas?", "answer": "Unknown"}\n${rows([1])}`;
    const judge = task === 'gold' ? undefined : 'lexical';
    const asked = { stage: 'cell', task, judge, forget: await stored(short) } as const;
    const left = async (shardSize: number): Promise<unknown> => {
      const id = `${given.prefix}-${shardSize}`;
      const cell = await files.space('acme', id);
      await given.producer.add('evaluate', await payload({ ...asked, jobId: id, shardSize }), {
        id,
      });
      expect(await ended(id)).toMatchObject({ event: 'completed' });
      return cell.getJson((await cell.getRef('cell'))!);
    };
    const whole = cellManifestSchema.parse(await left(size));
    const found = whole.figures.slice(0, 2).map(({ metric, value, n }) => [metric, value, n]);
    expect(found).toEqual(expected.map(([metric, value, n]) => [metric, expect.closeTo(value), n]));
    expect(await left(1)).toEqual(whole);
    const shown = inference.asked.filter((said) => said.includes(gold(2)));
    expect(shown).toHaveLength(task === 'few-shot' ? 6 : 0);
  });

  test('tells the forget set from a holdout by what is likely, asking both', async () => {
    const inference = await infer({
      ...script,
      score: (_, asked, completion) =>
        completion.split(' ').map(() => Math.log(asked.includes('Ada') ? 0.9 : 0.1)),
    });
    await startWorker(inference.port);
    const asked = { stage: 'cell', task: 'holdout', judge: undefined } as const;
    const forget = await stored(rows([0]));
    const cell = async (id: string, more: object) => {
      await files.space('acme', id);
      await given.producer.add(
        'evaluate',
        await payload({ ...asked, ...more, forget, jobId: id }),
        {
          id,
        },
      );
      return ended(id);
    };
    const holdout = await stored(rows([2, 3]));
    const tasks = [
      ['holdout', 'gold', 'loss', 'direct', 0.1],
      ['holdout-gradient', 'gradient', 'gradientNorm', 'gradientNorm', 1 - Math.log(0.1)],
    ] as const;
    for (const [task, members, score, figure, mean] of tasks) {
      const id = `${given.prefix}-${task}`;
      expect(await cell(id, { task, holdout })).toMatchObject({ event: 'completed' });
      const space = await files.space('acme', id);
      const left = cellManifestSchema.parse(await space.getJson((await space.getRef('cell'))!));
      const told = { metric: `${score}Auc`, value: 1, interval: [1, 1], n: 3 };
      expect(left.figures).toContainEqual(told);
      // The means are the holdout's.
      expect(left.figures).toContainEqual(
        expect.objectContaining({ metric: figure, value: expect.closeTo(mean), n: 2 }),
      );
      const judged = await collect(readStretches<{ probe: string }>(space, left.stretches));
      expect(judged.map(({ probe }) => probe)).toEqual([members, task, task]);
    }
    expect(await cell(`${given.prefix}-none`, {})).toMatchObject({
      event: 'failed',
      failedReason: 'there is no holdout set to ask about',
    });
  });
});
