import { once } from 'node:events';
import { type IncomingMessage, get } from 'node:http';
import { expect, test } from 'vitest';
import { useJobs } from '../testing/jobs.js';

const given = useJobs(() => ({ MAX_STREAMS: '2' }));

/** Opens the job's stream of events. */
async function follow(id: string, key = given.acme.key): Promise<IncomingMessage> {
  const { hostname, port } = new URL(given.gateway.url);
  const request = get({
    hostname,
    port,
    path: `/v1/fine_tuning/jobs/${id}/events?stream=true`,
    headers: { authorization: `Bearer ${key}` },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  return response;
}

test('a tenant follows as many streams as the gateway lets it, and others theirs', async () => {
  given.workers.hold('before');
  const { id } = await given.create(given.unlearning());
  const [first, second] = [await follow(id), await follow(id)];
  const refused = await follow(id);
  expect([first.statusCode, second.statusCode, refused.statusCode]).toEqual([200, 200, 429]);
  expect(refused.headers['retry-after']).toBe('5');
  expect((await follow('none', given.other.key)).statusCode).toBe(404);
  first.destroy();
  let again = await follow(id);
  while (again.statusCode === 429) again = await follow(id);
  expect(again.statusCode).toBe(200);
  await given.acme.client.fineTuning.jobs.cancel(id);
});
