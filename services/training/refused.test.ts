// What training cannot be done with ends the job for good, by name.

import { expect, onTestFinished, test } from 'vitest';
import { type Artifact, jobSpace } from '#contracts/spaces.js';
import { mountSmallDisk } from '#testing/small-disk.js';
import { asked, type Changes, forgetRows, lines, stored, useTraining } from './testing/training.js';

const none: Artifact = { space: 'file-set', hash: '0'.repeat(64) };
const { open, run } = useTraining();

test('does not train on weights that are not what their checksum says', async () => {
  const training = run('changed', 'job', { model: { base: 'changed' } });
  await expect(training).rejects.toMatchObject({
    publicMessage: expect.stringMatching(/^changed\/model\.safetensors is damaged/),
    permanent: true,
  });
});

test('names the line of a row that leaves no room for its answer', async () => {
  const long = {
    messages: [...asked('Who? '.repeat(100)), { role: 'assistant', content: 'I.' }],
  };
  const store = await open();
  const target = await stored(store, 'long', lines([forgetRows[0]!, long]));
  await expect(run('long', 'job', { target })).rejects.toMatchObject({
    permanent: true,
    message: expect.stringMatching(/^target line 2: a prompt of \d+ tokens leaves no room/),
  });
});

test.each<[string, Changes, RegExp]>([
  [
    'an objective that this worker does not know',
    { objective: 'sorcery' },
    /^expected one of altpo/,
  ],
  ['a mask that it does not know', { mask: 'veil' }, /^expected one of sure, memflex/],
  [
    'an unknown model',
    { model: { base: 'none' } },
    /^unknown model "none"; known: changed, random$/,
  ],
  ['an unknown parent adapter', { model: { base: 'random', adapter: none } }, /^no artifact 0000/],
  ['a set that is not there', { target: none }, /^no artifact 0000/],
  [
    '16 bits on the CPU',
    { hyper: { precision: 'float16' } },
    /^hyperparameters\.precision float16: this worker's DEVICE is cpu/,
  ],
  ['no set at all', { target: undefined }, /names no set to train on/],
  ['a retain term without a retain set', { retain: undefined }, /gdr and klr need a retain set/],
])('fails permanently on %s', async (_, changes, message) => {
  await expect(run('bad', 'job', changes)).rejects.toMatchObject({
    permanent: true,
    message: expect.stringMatching(message),
  });
});

test('names line and field of a set that cannot be read, and not its text', async () => {
  const store = await open();
  const target = await stored(
    store,
    'bad',
    Buffer.from('{"question":"private","answer":"private"}\n{"question":"private"}'),
  );
  await expect(run('bad', 'lines', { target })).rejects.toMatchObject({
    permanent: true,
    message: 'a data set cannot be read: line 2, field "answer"',
  });
});

const disk = mountSmallDisk(200);
test.skipIf(!disk)('says so when the disk is full, and leaves what was there', async () => {
  onTestFinished(() => disk!.unmount());
  await expect(run('full', 'job', { hyper: { lora_r: 32 } }, disk!.path)).rejects.toMatchObject({
    permanent: true,
    message: expect.stringContaining('the artifact storage is full'),
  });
  const job = await (await open(disk!.path)).space('full', jobSpace('job'));
  expect(await job.getRef('adapter')).toBeNull();
});
