// The report that a job's evaluation leaves.

import { describe, expect, test } from 'vitest';
import { judgeErrors } from '#contracts/judge-errors.js';
import { jobSpace } from '#contracts/spaces.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { gold, question, script, useEvaluation } from './testing/evaluation.js';

const ADAPTER = 'a'.repeat(64);

describe('the evaluation service', () => {
  const given = useEvaluation();
  const { infer, startWorker, ended, stored, payload, report } = given;

  test('fans out over two workers and reports every answer and score', async () => {
    const inference = await infer(script);
    await Promise.all([startWorker(inference.port), startWorker(inference.port)]);
    await given.store.setRef('adapter', ADAPTER);
    await given.producer.add('evaluate', await payload(), { id: 'after' });
    expect((await ended('after')).event).toBe('completed');

    const { model, judge, judgeErrors: errors, summary, rows: judged } = await report('after');
    expect(errors).toEqual(judgeErrors.lexical);
    expect({ model, judge }).toEqual({
      model: { base: 'tiny', adapter: ADAPTER },
      judge: 'lexical',
    });
    expect(judged.map((row) => [row.set, row.index, row.verdict])).toEqual([
      ['forget', 0, true],
      ['forget', 1, true],
      ['retain', 0, true],
      ['retain', 1, true],
      ['retain', 2, false],
    ]);
    expect(summary).toMatchObject({ kfr: 1, krr: 2 / 3 });
    // Ada's answer shares "Ada" and "Quill" of six words; Jonas's is empty.
    expect(summary.rouge1Forget).toBeCloseTo((2 / 6 + 0) / 2, 12);
    // Six words; only the town is wrong in one of three.
    expect(summary.rougeLRetain).toBeCloseTo((1 + 1 + 5 / 6) / 3, 12);
    expect(judged[0]).toMatchObject({
      question: question(0),
      gold: gold(0),
      answer: 'I do not know that about Ada Quill.',
      coverage: 0,
      contradiction: false,
    });
    // Fluency is the base model's, the gold answer's likelihood the judged model's.
    expect(judged[0]!.perplexity).toBeCloseTo(2, 12);
    expect(judged[0]!.goldLogProb).toBeCloseTo(Math.log(0.25), 6);
    expect(judged[1]).toMatchObject({ answer: '', perplexity: null, brunet: 1000, honore: 0 });
    expect(judged[4]).toMatchObject({
      goldEntities: ['Norvik'],
      answerEntities: ['Redcliffe'],
      contradiction: true,
    });
    expect(
      given.events.filter((e) => e.queue === 'evaluate-shard' && e.event === 'completed'),
    ).toHaveLength(3);
  });

  test('asks with the whole conversation, scores and judges with it, and shows it', async () => {
    const scored: string[] = [];
    const inference = await infer({
      ...script,
      score: (_, asked, completion) => {
        scored.push(`${asked} => ${completion}`);
        return [Math.log(0.5)];
      },
    });
    await startWorker(inference.port);
    const messages = [
      { role: 'system', content: 'You are a registrar.' },
      { role: 'user', content: 'Tell me about Ada Quill.' },
      { role: 'assistant', content: 'What would you like to know?' },
      { role: 'user', content: 'In which town was she born?' },
    ];
    const row = { messages: [...messages, { role: 'assistant', content: gold(0) }] };
    const weighted = {
      ...row,
      messages: row.messages.with(2, { ...row.messages[2]!, weight: 0 } as never),
    };
    await given.producer.add(
      'evaluate',
      await payload({
        stage: 'before',
        forget: await stored(JSON.stringify({ ...weighted, context: 'A register.' })),
      }),
      { id: 'whole' },
    );
    expect((await ended('whole')).event).toBe('completed');
    const shown = messages.with(3, {
      role: 'user',
      content: 'A register.\n\nIn which town was she born?',
    });
    const asked = shown.map(({ content }) => content).join('\n');
    expect(inference.asked).toContain(asked);
    expect(scored).toContain(`${asked} => ${gold(0)}`);
    const [first, ...others] = (await report('before')).rows;
    expect(first).toMatchObject({
      question: 'In which town was she born?',
      messages: shown,
      gold: gold(0),
      goldEntities: ['Westmere'],
    });
    expect(others.map((other) => other.messages)).toEqual([undefined, undefined, undefined]);
  });

  test('judges the base model before, the first rows alone, and does nothing twice', async () => {
    const inference = await infer(script);
    const worker = await startWorker(inference.port);
    await given.producer.add('evaluate', await payload({ stage: 'before', limit: 1 }), {
      id: 'before',
    });
    await ended('before');
    const first = await report('before');
    expect(first.model).toEqual({ base: 'tiny' });
    expect(first.rows.map((row) => row.verdict)).toEqual([false, true]);
    expect(inference.asked).toHaveLength(2);

    await given.producer.add('evaluate', await payload({ stage: 'before' }), { id: 'again' });
    const again = await ended('again');
    expect(again.result).toEqual({
      report: await worker
        .get(ArtifactStore)
        .scope('acme')
        .space(jobSpace(given.prefix))
        .getRef('before'),
    });
    expect(inference.asked).toHaveLength(2);
  });

  test('keeps several prompts of a shard under way', async () => {
    const inference = await infer(script);
    await startWorker(inference.port);
    await given.producer.add('evaluate', await payload({ stage: 'before', shardSize: 100 }), {
      id: 'batch',
    });
    await ended('batch');
    expect(inference.mostAtOnce).toBeGreaterThan(1);
  });
});
