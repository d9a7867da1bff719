// Two gateways on one PostgreSQL and one Redis, workers, and tenants with quotas of their own.

import OpenAI from 'openai';
import { afterAll, beforeAll, expect } from 'vitest';
import { usePostgres } from '#testing/postgres.js';
import {
  dataSet,
  type RunningGateway,
  startGateway,
  type TestTenant,
  useGateway,
} from './gateway.js';
import { baseModel } from './inference.js';
import { startTestWorkers, type TestWorkers } from './workers.js';

export type Quotas = Record<string, number | null>;
export type ClientError = InstanceType<typeof OpenAI.APIError>;

/** Call at the top of a describe; use what it returns inside of tests. */
export function useTwoGateways() {
  const postgres = usePostgres();
  const gateway = useGateway(() => ({ DATABASE_URL: postgres.url }));
  let second: RunningGateway;
  let workers: TestWorkers;
  beforeAll(async () => {
    second = await startGateway(gateway.environment());
    workers = startTestWorkers(gateway.environment());
  });
  afterAll(async () => {
    await workers.stop();
    await second.stop();
  });
  const clients = (key: string): [OpenAI, OpenAI] => [
    gateway.client(key),
    new OpenAI({ apiKey: key, baseURL: `${second.url}/v1`, maxRetries: 0 }),
  ];
  return {
    gateway,
    get second() {
      return second;
    },
    get workers() {
      return workers;
    },
    clients,
    async tenant(name: string, quotas: Quotas = {}): Promise<TestTenant> {
      const made = await gateway.tenant(name);
      expect((await gateway.admin('PATCH', `/${made.id}`, { quotas })).status).toBe(200);
      return made;
    },
    /** Asks so often at once, at either gateway in turn. @returns how often it was let in and not */
    async crowd(
      key: string,
      count: number,
      ask: (client: OpenAI) => Promise<unknown>,
    ): Promise<{ done: number; refused: number }> {
      const both = clients(key);
      const statuses = await Promise.all(
        Array.from({ length: count }, (_, i) =>
          ask(both[i % 2]!).then(
            () => 200,
            (error: ClientError) => error.status,
          ),
        ),
      );
      const withStatus = (wanted: number): number =>
        statuses.filter((status) => status === wanted).length;
      expect(withStatus(200) + withStatus(429)).toBe(count);
      return { done: withStatus(200), refused: withStatus(429) };
    },
    async upload({ client }: TestTenant, rows = 1): Promise<string> {
      const file = dataSet(Array.from({ length: rows }, (_, i) => [`q${i}`, 'a']));
      return (await client.files.create({ file, purpose: 'fine-tune' })).id;
    },
    /** Reads the job's events at the second gateway to their end. */
    async ended({ key }: TestTenant, id: string): Promise<string> {
      const response = await fetch(`${second.url}/v1/fine_tuning/jobs/${id}/events?stream=true`, {
        headers: { authorization: `Bearer ${key}` },
      });
      return response.text();
    },
  };
}

export const chat = (client: OpenAI, words: string, options: object = {}) =>
  client.chat.completions.create({
    model: baseModel,
    messages: [{ role: 'user', content: words }],
    ...options,
  });
