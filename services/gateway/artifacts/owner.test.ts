// Artifacts and keys are one database's: what it does not know, its collector erases.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ForeignStoreError } from '#platform/errors/foreign-store.error.js';
import { useTempFolder } from '#testing/temp-store.js';
import { startGateway, useGateway } from '../testing/gateway.js';

const gateway = useGateway();
const elsewhere = useTempFolder();

test('a platform does not start on artifacts or keys of another', async () => {
  const { client } = await gateway.tenant('acme');
  const content = '{"question":"a","answer":"b"}\n';
  const file = new File([content], 'x.jsonl');
  const { id } = await client.files.create({ file, purpose: 'fine-tune' });
  const other = { ...gateway.environment(), DATA_DIR: elsewhere.path, QUEUE_PREFIX: 'other' };
  const start = async (places: Record<string, string>) => startGateway({ ...other, ...places });
  await expect(start({})).rejects.toThrow(ForeignStoreError);
  await expect(start({})).rejects.toThrow('what ARTIFACTS names belongs to another platform');
  await expect(start({ ARTIFACTS: join(elsewhere.path, 'artifacts') })).rejects.toThrow(
    'what KEYS names belongs to another platform',
  );
  await gateway.stop();
  await gateway.start();
  expect(
    await (await client.withOptions({ baseURL: `${gateway.url}/v1` }).files.content(id)).text(),
  ).toBe(content);
});
