// Cells about pictures: the figures are those of the pure metrics, by one worker as by two.

import { describe, expect, test } from 'vitest';
import { first } from '#collections/items.js';
import { type BenchmarkRow, cellManifestSchema } from '#contracts/cells.js';
import type { AskedDecoding } from '#contracts/decoding.js';
import type { Example } from '#contracts/examples.js';
import type { Payload } from '#contracts/jobs.js';
import { type Artifact, jobSpace } from '#contracts/spaces.js';
import { measured } from '#metrics/hallucination/paired.js';
import { popeFigures } from '#metrics/hallucination/pope.js';
import { collect, readStretches, writeStretches } from '#platform/artifacts/stretches.js';
import type { ScriptedInference } from '#testing/scripted-inference.js';
import { script, useEvaluation } from './testing/evaluation.js';

describe('cells about pictures', () => {
  const given = useEvaluation();
  const { files, infer, startWorker, ended, payload } = given;
  let inference: ScriptedInference;

  const image = (i: number) => ({ file: { space: 'file-1', hash: `${i}`.repeat(64) }, at: 0 });
  const picture = (i: number, content: string, answer: string, objects?: string[]) => ({
    messages: [{ role: 'user' as const, content, images: [image(i)] }],
    answer,
    ...(objects ? { objects } : {}),
  });
  const set = async (examples: readonly Example[]): Promise<Artifact> => {
    const rowsOf = examples.map((example, i) => ({ line: i + 1, example }));
    const stretches = await collect(writeStretches(given.store, rowsOf));
    return { space: jobSpace(given.prefix), hash: await given.store.putJson({ stretches }) };
  };
  /** Twice: by one worker in one piece, by two in pieces of a row. */
  const cell = async (
    task: 'chair' | 'pope' | 'mme',
    asked: Pick<Payload<'evaluate'>, 'forget' | 'retain'> & Partial<Payload<'evaluate'>>,
    answer: (question: string) => string,
  ) => {
    inference = await infer({ ...script, answer: (_, text) => answer(text) });
    const manifests = [];
    for (const shardSize of [100, 1]) {
      await startWorker(inference.port);
      const id = `${given.prefix}-${task}-${shardSize}`;
      const space = await files.space('acme', id);
      const body = await payload({ ...asked, stage: 'cell', task, jobId: id, shardSize });
      const { judge: _judge, ...unjudged } = body;
      await given.producer.add('evaluate', unjudged, { id });
      expect(await ended(id)).toMatchObject({ event: 'completed' });
      const left = cellManifestSchema.parse(await space.getJson((await space.getRef('cell'))!));
      const answered = await collect(readStretches<BenchmarkRow>(space, left.stretches));
      manifests.push({ left, answered });
    }
    expect(manifests[1]).toEqual(manifests[0]);
    const { left, answered } = first(manifests);
    return {
      rows: answered,
      figures: Object.fromEntries(left.figures.map(({ metric, ...of }) => [metric, of])),
      all: left.figures,
    };
  };

  test('POPE: figures by picture, of the answers as they are read by its script', async () => {
    const objects = ['dog', 'cat', 'car'];
    const forget = await set(
      [1, 2, 3].flatMap((i) =>
        objects.map((object, at) => picture(i, `Is there a ${object}?`, at < 2 ? 'Yes' : 'no ')),
      ),
    );
    const decoding: AskedDecoding = { strategy: 'deco', layers: [5, 6], alpha: 0 };
    const asked = { forget, retain: forget, decoding };
    const { rows: answered, all } = await cell('pope', asked, (text) =>
      text.includes('cat') ? 'A cat?' : 'Yes, there is.',
    );
    expect(inference.decodings.every(({ layers }) => layers?.to === 6)).toBe(true);
    expect(inference.decodings).toHaveLength(18);
    expect(answered[1]).toEqual({
      probe: 'pope',
      index: 1,
      question: 'Is there a cat?',
      gold: 'yes',
      answer: 'A cat?',
      image: '1'.repeat(64),
      figures: { hits: 1, falseAlarms: 0, misses: 0, rejections: 0, others: 1 },
    });
    const counted = { hits: 2, falseAlarms: 1, misses: 0, rejections: 0, others: 1 };
    const pure = measured(popeFigures, [{ images: [counted, counted, counted] }]);
    expect(all).toEqual(
      Object.entries(pure).map(([metric, { value, interval }]) => ({
        metric,
        value,
        interval,
        n: 9,
      })),
    );
    expect(all.find(({ metric }) => metric === 'yes ratio')).toMatchObject({ value: 100 });
  });

  test('CHAIR: by a table of synonyms, or by the names of objects alone', async () => {
    const forget = await set([
      picture(1, 'Describe it.', 'couch, dog', ['couch', 'dog']),
      picture(2, 'Describe all of it.', 'none', []),
    ]);
    const line = (...words: string[]) => ({
      messages: [{ role: 'user' as const, content: 'x' }],
      answer: 'x',
      objects: words,
    });
    const table = await set([line('couch', 'sofa'), line('dog', 'puppy'), line('cat')]);
    const says = (text: string) =>
      text.includes('all') ? 'A puppy.' : 'A puppy and a cat on a sofa.';
    const { rows: answered, figures } = await cell('chair', { forget, retain: table }, says);
    expect(answered.map(({ absent, figures: { words } }) => [absent, words])).toEqual([
      [['cat'], 9],
      [['dog'], 3],
    ]);
    expect(figures).toMatchObject({
      CHAIRs: { value: 100, n: 2 },
      CHAIRi: { value: 50 },
      recall: { value: 100 },
      words: { value: 6 },
    });
  });

  test('MME: a picture is right where both of its questions are', async () => {
    const forget = await set(
      [1, 2].flatMap((i) => [
        picture(i, `Is there a dog on ${i}?`, 'Yes'),
        picture(i, `Is there a cat on ${i}?`, 'No'),
      ]),
    );
    const { figures } = await cell('mme', { forget, retain: forget }, (text) =>
      text.includes('dog') || text.endsWith('2?') ? 'Yes' : 'No',
    );
    expect(figures).toMatchObject({
      accuracy: { value: 75, n: 4 },
      'accuracy+': { value: 50 },
      score: { value: 125 },
      'yes ratio': { value: 75 },
      other: { value: 0 },
    });
  });

  test('what has no value is null', async () => {
    const names = await set([picture(1, 'Describe it.', 'dog', ['dog'])]);
    const { figures } = await cell('chair', { forget: names, retain: names }, () => 'Nothing.');
    expect(figures['CHAIRi']).toEqual({ value: null, interval: null, n: 1 });
    expect(figures['recall']).toEqual({ value: 0, interval: [0, 0], n: 1 });
  });
});
