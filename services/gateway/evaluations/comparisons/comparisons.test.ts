// Cells about pictures beside a baseline of the same run.

import { beforeAll, describe, expect, test, vi } from 'vitest';
import { encodePng } from '#images/encoding/encode-png.js';
import { noisyImage } from '#images/testing/noise.js';
import { baseModel } from '../../testing/inference.js';
import { useJobs } from '../../testing/jobs.js';
import type { RunObject } from '../run-object.js';
import type { ComparisonObject } from './comparison-object.js';

interface Answer {
  readonly status: number;
  readonly data?: readonly ComparisonObject[];
  readonly has_more?: boolean;
  readonly error?: { readonly param: string; readonly code: string };
}

describe('a comparison', () => {
  const given = useJobs();
  let run: RunObject;

  const compare = async (query: string, { key } = given.acme): Promise<Answer> => {
    const path = `/v1/evaluation_runs/${run.id}/comparison?${query}`;
    const response = await fetch(given.gateway.url + path, {
      headers: { authorization: `Bearer ${key}` },
    });
    return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
  };

  beforeAll(async () => {
    const { client } = given.acme;
    given.gateway.inference.served.imageTokens = 4;
    const png = Buffer.from(await encodePng(noisyImage(20, 20, 1)));
    const image = `data:image/png;base64,${png.toString('base64')}`;
    const asked = JSON.stringify({ image, text: 'Is there a dog?', label: 'yes' });
    const { id: forget } = await client.files.create({
      file: new File([asked], 'pope.jsonl'),
      purpose: 'fine-tune',
    });
    const pope = { name: 'pope', files: { forget } };
    const sees = { decoding: { strategy: 'deco', alpha: 0 } };
    const gold = { name: 'gold', files: { forget: given.forget, retain: given.retain } };
    run = await client.post<RunObject>('/evaluation_runs', {
      body: {
        models: [baseModel],
        tasks: [
          pope,
          { ...pope, ...sees },
          gold,
          { ...pope, limit: 1 },
          { ...pope, max_tokens: 9 },
        ],
      },
    });
    const status = async () => (await client.get<RunObject>(`/evaluation_runs/${run.id}`)).status;
    await vi.waitFor(async () => expect(await status()).toBe('succeeded'), { timeout: 60_000 });
  }, 120_000);

  test('is of the cells that were asked the same, in their order, pages of them', async () => {
    const { data = [] } = await compare('baseline_task=0');
    expect(data.map(({ task_index: index }) => index)).toEqual([1, 4]);
    const [sees, same] = data;
    expect(sees).toMatchObject({
      object: 'evaluation_run.comparison',
      model: baseModel,
      task: { name: 'pope', decoding: { alpha: 0 } },
      baseline: { model: baseModel, task_index: 0 },
    });
    const accuracy = { metric: 'accuracy', value: 100, interval: [100, 100], baseline: 50 };
    const difference = { value: 50, interval: [0, 100] };
    expect(sees?.figures[0]).toEqual({ ...accuracy, difference });
    expect(same?.figures[0]?.difference).toEqual({ value: 0, interval: [0, 0] });

    const first = await compare('baseline_task=0&limit=1');
    expect(first).toMatchObject({ has_more: true, data: [{ id: sees?.id }] });
    const rest = await compare(`baseline_task=0&limit=1&after=${sees?.id}`);
    expect(rest).toMatchObject({ has_more: false, data: [{ id: same?.id }] });
    expect(await compare(`baseline=${baseModel}`)).toMatchObject({ status: 200, data: [] });
  });

  test.each([
    ['', 'baseline'],
    ['baseline=nobody', 'baseline'],
    ['baseline_task=5', 'baseline_task'],
    ['baseline_task=-1', 'baseline_task'],
    ['baseline_task=0&limit=101', 'limit'],
    ['baseline_task=0&after=evalcell-none', 'after'],
  ])('%j is refused by the name of the field', async (query, param) => {
    expect(await compare(query)).toMatchObject({ status: 400, error: { param } });
  });

  test("is a tenant's own", async () => {
    expect(await compare('baseline_task=0', given.other)).toMatchObject({
      status: 404,
      error: { code: 'run_not_found' },
    });
  });
});
