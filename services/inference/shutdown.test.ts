// The end of the process.

import { status } from '@grpc/grpc-js';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { gatewayClient } from '#testing/identities.js';
import { spawnInference } from './testing/inference-process.js';
import { answer, ENDLESS, HELLO, useTinyModels } from './testing/tiny-service.js';

const given = useTinyModels();

describe('the process', () => {
  test('finishes the answers under way after SIGTERM, and takes no new ones', async () => {
    const { child, port } = await spawnInference(given.variables());
    onTestFinished(() => void child.kill('SIGKILL'));
    const exited = once(child, 'exit');
    const client = gatewayClient(port);
    const expected = await answer(client, ENDLESS);
    const stream = client.generate('acme', ENDLESS);
    let text = (await stream.next()).value?.text ?? '';
    child.kill('SIGTERM');
    for await (const chunk of stream) text += chunk.text;
    expect(text).toBe(expected.text);
    expect(await exited).toEqual([0, null]);
    await expect(answer(client, HELLO)).rejects.toMatchObject({ code: status.UNAVAILABLE });
    client.close();
  });
});
