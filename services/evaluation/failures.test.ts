// What evaluation does where it cannot go on.

import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { RpcError } from '#platform/grpc/rpc-error.js';
import { freePort } from '#testing/redis.js';
import type { Script } from '#testing/scripted-inference.js';
import { script, useEvaluation } from './testing/evaluation.js';

describe('the evaluation service', () => {
  const given = useEvaluation();
  const { infer, startWorker, event, ended, stored, payload, report } = given;

  test('waits for an inference service that is down, and loses nothing', async () => {
    const port = await freePort();
    await startWorker(port);
    await given.producer.add('evaluate', await payload({ stage: 'before' }), { id: 'down' });
    // A shard that is active for the second time has failed once.
    await event(
      () =>
        given.events.filter((e) => e.queue === 'evaluate-shard' && e.event === 'active').length > 3,
    );
    const inference = await infer(script, port);
    inference.refuse = 2;
    expect((await ended('down')).event).toBe('completed');
    expect((await report('before')).rows).toHaveLength(5);
  }, 60_000);

  test('fails at once, with a reason, where trying again cannot help', async () => {
    const inference = await infer(script);
    await startWorker(inference.port);
    await given.producer.add('evaluate', await payload(), { id: 'untrained' });
    expect(await ended('untrained')).toMatchObject({
      event: 'failed',
      failedReason: 'there is no trained adapter to evaluate',
    });
    await given.producer.add(
      'evaluate',
      await payload({ stage: 'before', forget: await stored('\n') }),
      {
        id: 'empty',
      },
    );
    expect(await ended('empty')).toMatchObject({
      event: 'failed',
      failedReason: 'the forget set is empty: there is nothing to evaluate',
    });
    await given.producer.add(
      'evaluate',
      await payload({ stage: 'before', retain: await stored('{"question": "a"') }),
      { id: 'broken' },
    );
    expect((await ended('broken')).failedReason).toBe('a data set cannot be read: line 1');
    await given.producer.add('evaluate', await payload({ stage: 'before', judge: 'nli' }), {
      id: 'unjudged',
    });
    expect(await ended('unjudged')).toMatchObject({
      event: 'failed',
      failedReason: expect.stringContaining('JUDGE_NLI_DIR'),
    });
  });

  test('names the row that the model cannot be asked', async () => {
    const answer: Script['answer'] = (model, asked, begun) => {
      if (asked.includes('Jonas'))
        throw new RpcError(status.OUT_OF_RANGE, 'the prompt is too long');
      return script.answer(model, asked, begun);
    };
    const inference = await infer({ ...script, answer });
    await startWorker(inference.port);
    await given.producer.add('evaluate', await payload({ stage: 'before' }), { id: 'long' });
    expect((await ended('long')).failedReason).toBe(
      'the forget set cannot be asked about: line 2: the prompt is too long',
    );
  });
});
