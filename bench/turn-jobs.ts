// Jobs of several tenants in the queues of a gateway, whose workers only take their time.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { testStoreEnv } from '#testing/temp-store.js';
import { adminKey, dataSet, startGateway } from '../services/gateway/testing/gateway.js';
import { baseModel, startTestInference } from '../services/gateway/testing/inference.js';
import { startTestWorkers } from '../services/gateway/testing/workers.js';

const [MANY, FEW, OTHERS] = [150, 12, 4];
/** Of a job's one stage, on one worker, in ms. */
const STAGE = 200;

class Tenant {
  private constructor(
    private readonly client: OpenAI,
    private readonly file: string,
  ) {}

  static async create(url: string, name: string): Promise<Tenant> {
    const response = await fetch(`${url}/admin/tenants`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    const { api_key: apiKey } = (await response.json()) as { api_key: string };
    const client = new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });
    const file = await client.files.create({ file: dataSet([['q', 'a']]), purpose: 'fine-tune' });
    return new Tenant(client, file.id);
  }

  /** @returns the id of the first. */
  async start(count: number): Promise<string> {
    const ids: string[] = [];
    for (let i = 0; i < count; i++) {
      const body = { model: baseModel, training_file: this.file };
      ids.push((await this.client.fineTuning.jobs.create(body)).id);
    }
    return ids[0]!;
  }

  /** Resolves at the job's end. */
  async ended(id: string): Promise<void> {
    const url = `${this.client.baseURL}/fine_tuning/jobs/${id}/events?stream=true`;
    const headers = { authorization: `Bearer ${this.client.apiKey}` };
    await (await fetch(url, { headers })).text();
  }
}

/** @param same whether the others' jobs are the first one's. */
export async function firstJobs(redisUrl: string, same: boolean): Promise<Record<string, string>> {
  const dir = mkdtempSync(join(tmpdir(), 'lethe-bench-'));
  const inference = await startTestInference();
  const environment = {
    REDIS_URL: redisUrl,
    QUEUE_PREFIX: `bench-${same}`,
    DATA_DIR: dir,
    ...testStoreEnv(dir),
    INFERENCE_URL: `127.0.0.1:${inference.port}`,
  };
  const gateway = await startGateway(environment);
  const workers = startTestWorkers(environment, STAGE);
  const many = await Tenant.create(gateway.url, 'many');
  const others: Tenant[] = [];
  for (let i = 0; i < OTHERS; i++)
    others.push(same ? many : await Tenant.create(gateway.url, `other-${i}`));

  const seconds: Record<string, string> = {};
  await many.start(MANY);
  const watched = others.map(async (tenant, i) => {
    const started = performance.now();
    await tenant.ended(await tenant.start(FEW));
    seconds[`other ${i + 1}`] = ((performance.now() - started) / 1000).toFixed(1);
  });
  await Promise.all(watched);
  await workers.stop();
  await gateway.stop();
  await inference.drain(1_000);
  rmSync(dir, { recursive: true, force: true });
  return seconds;
}
