// Jobs for tests: a gateway with workers, two tenants, and a forget and a retain set of the first.

import { afterAll, beforeAll, expect } from 'vitest';
import { dataSet, type TestTenant, useGateway } from './gateway.js';
import { baseModel } from './inference.js';
import { startTestWorkers, type TestWorkers } from './workers.js';

interface Stage {
  name: string;
  status: string;
  done: number;
  total: number;
}

/** `before succeeded`, `train failed` ... */
export const stagesOf = (job: object): string[] =>
  (job as { stages: Stage[] }).stages.map(({ name, status }) => `${name} ${status}`);

interface Event {
  id: string;
  level: string;
  message: string;
  data: Record<string, unknown>;
}

/** Call at the top of a file; use what it returns inside of tests. */
export function useJobs(variables?: () => Record<string, string>) {
  const gateway = useGateway(variables);
  let workers: TestWorkers;
  let acme: TestTenant;
  let other: TestTenant;
  let forget: string;
  let retain: string;

  beforeAll(async () => {
    acme = await gateway.tenant('acme');
    other = await gateway.tenant('other');
    forget = await jobs.upload([
      ['Where does Ada live?', 'In Bree.'],
      ['What is her phone?', '555'],
    ]);
    retain = await jobs.upload([
      ['What is water?', 'A liquid.'],
      ['What is the sun?', 'A star.'],
    ]);
    workers = startTestWorkers(gateway.environment());
  });
  afterAll(() => workers.stop());

  const jobs = {
    gateway,
    get workers() {
      return workers;
    },
    get acme() {
      return acme;
    },
    get other() {
      return other;
    },
    get forget() {
      return forget;
    },
    get retain() {
      return retain;
    },
    upload: async (rows: [string, string][]): Promise<string> =>
      (await acme.client.files.create({ file: dataSet(rows), purpose: 'fine-tune' })).id,
    unlearning: (options: object = {}, body: object = {}) =>
      ({
        model: baseModel,
        training_file: forget,
        method: { type: 'unlearn', unlearn: { retain_file: retain, ...options } },
        ...body,
      }) as never,
    create: (body: never, tenant = acme) => tenant.client.fineTuning.jobs.create(body),
    /** Reads the job's event stream to its end. */
    async followed(id: string, headers: Record<string, string> = {}): Promise<Event[]> {
      const response = await fetch(`${gateway.url}/v1/fine_tuning/jobs/${id}/events?stream=true`, {
        headers: { authorization: `Bearer ${acme.key}`, ...headers },
      });
      expect(response.headers.get('content-type')).toMatch('text/event-stream');
      const messages = (await response.text())
        .split('\n\n')
        .filter((block) => block.startsWith('id: ') || block.startsWith('data: '));
      expect(messages.at(-1)).toBe('data: [DONE]');
      return messages.slice(0, -1).map((block) => JSON.parse(block.split('\ndata: ')[1]!) as Event);
    },
  };
  return jobs;
}
