// Clients that spread small jobs over gateways.

import OpenAI from 'openai';
import { adminKey, dataSet } from '../services/gateway/testing/gateway.js';
import { baseModel } from '../services/gateway/testing/inference.js';

export class GatewayClients {
  private constructor(
    private readonly clients: readonly OpenAI[],
    private readonly files: { training_file: string; retain_file: string },
  ) {}

  static async of(urls: readonly string[]): Promise<GatewayClients> {
    const response = await fetch(`${urls[0]}/admin/tenants`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'bench' }),
    });
    const { api_key: apiKey } = (await response.json()) as { api_key: string };
    const clients = urls.map((url) => new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 }));
    const upload = async (question: string): Promise<string> =>
      (await clients[0]!.files.create({ file: dataSet([[question, 'a']]), purpose: 'fine-tune' }))
        .id;
    return new GatewayClients(clients, {
      training_file: await upload('forget'),
      retain_file: await upload('retain'),
    });
  }

  /** @param followed reads the job's events to its end. */
  async runJob(index: number, followed: boolean): Promise<void> {
    const client = this.clients[index % this.clients.length]!;
    const { training_file, retain_file } = this.files;
    const job = await client.fineTuning.jobs.create({
      model: baseModel,
      training_file,
      method: { type: 'unlearn', unlearn: { retain_file } },
    } as never);
    if (!followed) return;
    const headers = { authorization: `Bearer ${client.apiKey}` };
    const events = await fetch(`${client.baseURL}/fine_tuning/jobs/${job.id}/events?stream=true`, {
      headers,
    });
    await events.text();
  }
}
