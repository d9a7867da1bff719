import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { writeTinyModel } from '#testing/tiny-model.js';
import { inferenceVariables, startInference } from './testing/inference.js';

const folder = useTempFolder();

test('is ready while it listens and one of its models can be opened', async () => {
  const tiny = join(folder.path, 'models', 'tiny');
  const elsewhere = join(folder.path, 'elsewhere');
  await writeTinyModel(tiny);
  const running = await startInference(inferenceVariables(folder.path));
  onTestFinished(() => running.close());
  const ready = { ready: true, checks: { models: 'ok', grpc: 'ok' } };
  expect(await running.checks.run()).toEqual(ready);
  await rename(tiny, elsewhere);
  expect(await running.checks.run()).toMatchObject({
    ready: false,
    checks: { models: 'none of 0 models can be opened', grpc: 'ok' },
  });
  await rename(elsewhere, join(folder.path, 'models', 'other'));
  await writeFile(join(folder.path, 'models', 'other', 'config.json'), '{}');
  expect(await running.checks.run()).toMatchObject({
    ready: false,
    checks: { models: 'none of 1 models can be opened' },
  });
  await writeTinyModel(tiny);
  expect(await running.checks.run()).toEqual(ready);
});
