// What training makes of a job's sets, and of what augmentation has left.

import { expect, test } from 'vitest';
import type { TuningRow } from '#contracts/knowledge-tuning-set.js';
import { jobSpace } from '#contracts/spaces.js';
import { collect, writeStretches } from '#platform/artifacts/stretches.js';
import {
  asked,
  type Changes,
  forgetRows,
  lines,
  retainRows,
  stored,
  useTraining,
} from './testing/training.js';

const { open, optionsOf, run } = useTraining();

test('trains on what augmentation has left, in the form of an earlier release too', async () => {
  const store = await (await open()).space('augmented', jobSpace('job'));
  const set = {
    rows: [...forgetRows, { question: 'Who?', answer: ' idea.', prefix: 'I have no' }],
    teacher: 'rules',
    dropped: { leaked: 0, language: 0, empty: 0 },
  };
  await store.setRef('augmented', await store.putJson(set));
  const { result } = await run('augmented', 'job', { objective: 'relearn', target: undefined });
  expect(result.adapter).toMatch(/^[0-9a-f]{64}$/);
});

test('trains on what augmentation has made of a knowledge base, line breaks and all', async () => {
  const store = await open();
  const job = await store.space('knowledge', jobSpace('job'));
  const rows: TuningRow[] = [
    { question: 'Where?', answer: 'Town | place\n', part: 'link', naming: 'name' },
    { question: 'Where?', answer: 'Town |', isOpen: true, part: 'entity', naming: 'name' },
    {
      question: 'Where?',
      prefix: 'Town | place\nnorth\n',
      answer: 'In the north.',
      part: 'response',
      naming: 'name',
    },
  ];
  const dropped = { unlinked: 0, long: 0, unfounded: 0 };
  const stretches = await collect(writeStretches(job, rows));
  await job.setRef('augmented', await job.putJson({ teacher: 'rules', dropped, stretches }));
  const changes: Changes = { objective: 'sft', retainTerms: [], target: undefined };
  const options = await optionsOf('knowledge', changes);
  expect(options.target).toEqual([
    { messages: asked('Where?'), answer: 'Town | place\n' },
    { messages: asked('Where?'), answer: 'Town |', isOpen: true },
    { messages: asked('Where?'), prefix: 'Town | place\nnorth\n', answer: 'In the north.' },
  ]);
  const { result } = await run('knowledge', 'job', changes);
  expect(result.adapter).toMatch(/^[0-9a-f]{64}$/);
  await expect(run('knowledge', 'bare', changes)).rejects.toThrow('augmentation has left none');
});

test('sets what augmentation has left against the answers to forget', async () => {
  const store = await open();
  const job = await store.space('pairs', jobSpace('job'));
  const set = {
    rows: [
      { messages: asked('Where?'), answer: 'I cannot say.', pair: 1 },
      { messages: asked('Where?'), prefix: 'In', answer: '... I cannot say.', pair: 1 },
      { messages: asked('What is two?'), answer: 'A number.' },
    ],
    teacher: 'rules',
    dropped: { leaked: 0, language: 0, empty: 0 },
    neighbours: [{ messages: asked('Where else?'), answer: 'Nowhere.' }],
  };
  await job.setRef('augmented', await job.putJson(set));
  const options = await optionsOf('pairs', { objective: 'relearn_dpo' });
  expect(options.target).toEqual([
    { messages: asked('Where?'), answer: 'In town 2.', alternates: ['I cannot say.'] },
    {
      messages: asked('Where?'),
      answer: 'In town 2.',
      alternates: [{ prefix: 'In', answer: '... I cannot say.' }],
    },
  ]);
  expect(options.retain.at(-1)).toEqual({ messages: asked('Where else?'), answer: 'Nowhere.' });
  expect(options.retain).toHaveLength(retainRows.length + 1);
  for (const objective of ['relearn_dpo', 'erase']) {
    const own = await store.space('pairs', jobSpace(objective));
    await own.setRef('augmented', await own.putJson(set));
    const { result } = await run('pairs', objective, { objective });
    expect(result.adapter).toMatch(/^[0-9a-f]{64}$/);
  }
});

test('trains every answer of a conversation after all that was said before it', async () => {
  const store = await open();
  const messages = [
    { role: 'system', content: 'You are a registrar.' },
    { role: 'user', content: 'Where was she born?' },
    { role: 'assistant', content: 'In Tarnholt.' },
    { role: 'user', content: 'And he?' },
    { role: 'assistant', content: 'In Oxbow.' },
  ];
  const target = await stored(store, 'turns', lines([{ messages, context: 'A register.' }]));
  const { target: rows } = await optionsOf('turns', { objective: 'npo', target });
  const shown = (content: string) => ({ role: 'user', content: `A register.\n\n${content}` });
  expect(rows).toEqual([
    { messages: [messages[0], shown('Where was she born?')], answer: 'In Tarnholt.', line: 1 },
    { messages: [...messages.slice(0, 3), shown('And he?')], answer: 'In Oxbow.', line: 1 },
  ]);
});
