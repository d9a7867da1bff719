// Answers that are there, judged; and the judge that is an endpoint.

import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { cellManifestSchema } from '#contracts/cells.js';
import { readCellRows } from '#platform/artifacts/cell-rows.js';
import { collect, readStretches } from '#platform/artifacts/stretches.js';
import { fails, says, useEndpoint } from '#testing/scripted-endpoint.js';
import { gold, people, script, useEvaluation } from './testing/evaluation.js';

describe('the evaluation service', () => {
  const given = useEvaluation();
  const { files, infer, startWorker, event, ended, payload } = given;
  const endpoint = useEndpoint(says('[]'));

  test.each(['unlearning', 'insistence'] as const)(
    'judges the answers to %s that are there, and asks and scores nothing',
    async (task) => {
      let scored = 0;
      const inference = await infer({
        ...script,
        score: (...asked) => {
          scored += 1;
          return script.score(...asked);
        },
      });
      const { port } = inference;
      const judging = { JUDGE_LLM_URL: endpoint.url, JUDGE_LLM_MODEL: 'm' };
      await Promise.all([startWorker(port, judging), startWorker(port, judging)]);
      const cell = { stage: 'cell', task } as const;
      const [answersId, wholeId] = [`${given.prefix}-answers`, `${given.prefix}-whole`];
      const cellOf = async (id: string) => {
        const space = await files.space('acme', id);
        const document = await space.getJson((await space.getRef('cell'))!);
        return { space, manifest: cellManifestSchema.parse(document) };
      };
      const done = async (id: string) => {
        expect(await ended(id)).toMatchObject({ event: 'completed' });
        return cellOf(id);
      };
      const judge = async (name: 'lexical' | 'llm', shardSize: number) => {
        const id = `${given.prefix}-${name}-${shardSize}`;
        await files.space('acme', id);
        const { tenantId, traceId } = await payload();
        const asked = { tenantId, traceId, ...cell, answers: answersId, judge: name, shardSize };
        await given.producer.add('judge', { ...asked, jobId: id }, { id });
        return done(id);
      };

      await files.space('acme', answersId);
      const asking = await payload({ ...cell, jobId: answersId, judge: undefined });
      await given.producer.add('evaluate', asking, { id: answersId });
      const answers = await done(answersId);
      expect(answers.manifest).toMatchObject({ figures: [], model: { base: 'tiny' } });
      expect(answers.manifest).not.toHaveProperty('judge');
      const before = { asked: inference.asked.length, scored };

      const first = await judge('lexical', 1);
      const second = await judge('lexical', 100);
      expect(second.manifest).toEqual(first.manifest);
      const other = await judge('llm', 2);
      expect(other.manifest.judge).toBe('llm');
      expect(other.manifest.figures).not.toEqual(first.manifest.figures);
      expect({ asked: inference.asked.length, scored }).toEqual(before);

      const verdicts = await collect(readStretches(first.space, first.manifest.stretches));
      expect(JSON.stringify(verdicts)).not.toContain(people[0]);
      const whole = await payload({ ...cell, jobId: wholeId, judge: 'lexical' });
      await files.space('acme', wholeId);
      await given.producer.add('evaluate', whole, { id: wholeId });
      const { space, manifest } = await done(wholeId);
      const judged = await collect(readCellRows(first.space, first.manifest, answers.space));
      expect(judged).toEqual(await collect(readStretches(space, manifest.stretches)));
      expect(first.manifest.figures).toEqual(manifest.figures);
    },
  );

  const startJudging = async (): Promise<void> => {
    const inference = await infer(script);
    await startWorker(inference.port, { JUDGE_LLM_URL: endpoint.url, JUDGE_LLM_MODEL: 'm' });
  };

  test('tells of a judge that refuses without quoting what it was asked', async () => {
    endpoint.script = [fails(401, {}, gold(0))];
    await startJudging();
    await given.producer.add('evaluate', await payload({ stage: 'before', judge: 'llm' }));
    const refused = await event((e) => e.queue === 'evaluate-shard' && e.event === 'failed');
    expect(refused.failedReason).toBe(
      'the endpoint at JUDGE_LLM_URL answers with status 401: check JUDGE_LLM_KEY',
    );
  });

  test('hangs up on the judge when the job is cancelled', async () => {
    let hungUp: Promise<unknown> | undefined;
    const asked = new Promise<void>((resolve) => {
      endpoint.script = [
        (response) => {
          hungUp ??= once(response, 'close');
          resolve();
        },
      ];
    });
    await startJudging();
    await given.producer.add('evaluate', await payload({ stage: 'before', judge: 'llm' }));
    await asked;
    await given.producer.cancel(given.prefix);
    await hungUp;
    const cancelled = await event((e) => e.queue === 'evaluate-shard' && e.event === 'failed');
    expect(cancelled.failedReason).toBe('cancelled');
  });
});
