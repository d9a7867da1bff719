import { expect, test, vi } from 'vitest';
import { readOpenUnlearningLog } from '#metrics/open-unlearning/log.js';
import { parseTofuLogs } from '#metrics/tofu/read-logs.js';
import { baseModel } from '../../testing/inference.js';
import { useJobs } from '../../testing/jobs.js';
import { answeredRow } from '../../testing/workers.js';
import type { RunObject } from '../run-object.js';

const jobs = useJobs();

const call = (path: string, init: RequestInit = {}) =>
  fetch(`${jobs.gateway.url}/v1/evaluation_runs${path}`, {
    ...init,
    headers: { authorization: `Bearer ${jobs.acme.key}`, 'content-type': 'application/json' },
  });

/** With TOFU's wrong answers. */
async function perturbed(): Promise<string> {
  const row = {
    question: 'Where does Ada live?',
    answer: 'In Bree.',
    perturbed_answer: ['In Ur.'],
  };
  const file = new File([JSON.stringify(row)], 'forget_perturbed.jsonl');
  return (await jobs.acme.client.files.create({ file, purpose: 'fine-tune' })).id;
}

async function evaluated(tasks: readonly unknown[], forget = jobs.forget): Promise<string> {
  const files = { forget, retain: jobs.retain };
  const body = JSON.stringify({ models: [baseModel], tasks, files });
  const { id } = (await (await call('', { method: 'POST', body })).json()) as RunObject;
  await vi.waitFor(
    async () => {
      const { status } = (await (await call(`/${id}`)).json()) as RunObject;
      expect(status).toBe('succeeded');
    },
    { timeout: 20_000, interval: 20 },
  );
  return id;
}

test("open-unlearning's log has what the run's tasks have of it, and is read as theirs", async () => {
  const id = await evaluated(['unlearning', 'gold', 'first-three-words']);
  const text = await (await call(`/${id}/results?format=open-unlearning`)).text();
  const { values } = readOpenUnlearningLog(text, 'TOFU_EVAL.json');
  expect([...values]).toEqual([
    ['forget_Q_A_Prob', [Math.exp(-0.5)]],
    ['forget_Q_A_ROUGE', [1]],
    ['exact_memorization', [1]],
    ['extraction_strength', [0.5]],
  ]);
  expect(JSON.parse(text)).toMatchObject({
    forget_Q_A_Prob: { agg_value: Math.exp(-0.5), value_by_index: { 0: { avg_loss: 0.5 } } },
    forget_Q_A_ROUGE: { value_by_index: { 0: { generation: answeredRow.answer } } },
  });
});

test("open-unlearning's log has all that TOFU's figures are made of", async () => {
  const sets = ['unlearning', 'tofu-forget', 'tofu-retain', 'tofu-authors', 'tofu-facts'];
  const id = await evaluated(sets, await perturbed());
  const text = await (await call(`/${id}/results?format=open-unlearning`)).text();
  const set = { probabilities: [0.5], rougeL: [0.75], truthRatios: [2] };
  expect(parseTofuLogs(text, 'TOFU_EVAL.json')).toEqual({
    forget: set,
    retain: set,
    authors: set,
    facts: set,
  });
});

test("TOFU's tasks refuse a file without wrong answers, by its line", async () => {
  const body = JSON.stringify({
    models: [baseModel],
    tasks: ['tofu-forget'],
    files: { forget: jobs.forget, retain: jobs.retain },
  });
  const refused = await call('', { method: 'POST', body });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({
    error: {
      param: 'tasks.0.files.forget',
      message: expect.stringContaining("no 'perturbed_answer' in line 1") as string,
    },
  });
});

test("lm-eval's results have every figure of every task, its samples every question once", async () => {
  const id = await evaluated(['unlearning', { name: 'samples' }, { name: 'samples', limit: 1 }]);
  const results: unknown = await (await call(`/${id}/results?format=lm-eval`)).json();
  const tasks = ['unlearning', 'samples_1', 'samples_2'];
  expect(results).toMatchObject({
    results: {
      unlearning: {
        alias: 'unlearning',
        'kfr,none': 0,
        'kfr_stderr,none': expect.closeTo(0.7 / 3.92, 4) as number,
        'cutForget_stderr,none': 'N/A',
      },
    },
    versions: { samples_1: 1 },
    'n-shot': { samples_2: 0 },
    'n-samples': { unlearning: { original: 3, effective: 3 } },
    higher_is_better: { unlearning: { kfr: true } },
    configs: { samples_1: { output_type: 'generate_until' } },
    config: { model_args: `model=${baseModel}` },
  });
  expect(Object.keys((results as { configs: object }).configs)).toEqual(tasks);
  const lines = await (await call(`/${id}/results?format=lm-eval-samples&task_index=1`)).text();
  const [line, ...others] = lines.trim().split('\n');
  expect(others).toEqual([]);
  expect(JSON.parse(line!)).toMatchObject({
    doc_id: 0,
    target: answeredRow.gold,
    resps: [[answeredRow.answer], [answeredRow.answer]],
    metrics: ['leak'],
    leak: 1,
    arguments: { gen_args_0: { arg_0: answeredRow.question, arg_1: { max_gen_toks: 64 } } },
  });
});

test("a benchmark's task is asked for as many tokens as its own code, and told as generated", async () => {
  const id = await evaluated(['muse-knowmem', { name: 'muse-verbmem', max_tokens: 9 }]);
  const results: unknown = await (await call(`/${id}/results?format=lm-eval`)).json();
  expect(results).toMatchObject({
    configs: {
      'muse-knowmem': { output_type: 'generate_until', generation_kwargs: { max_gen_toks: 32 } },
      'muse-verbmem': { generation_kwargs: { max_gen_toks: 9 } },
    },
  });
  const line = await (await call(`/${id}/results?format=lm-eval-samples&task_index=0`)).text();
  expect(JSON.parse(line)).toMatchObject({ resps: [[answeredRow.answer]], rougeLF1: 0.5 });
  const rows = await (await call(`/${id}/results?format=csv`)).text();
  expect(rows).toContain('muse-knowmem');
});

test.each([
  ['lm-eval&model=nobody', 'model'],
  ['lm-eval-samples', 'task_index'],
  ['lm-eval-samples&task_index=2', 'task_index'],
  ['open-unlearning', 'format'],
])('refuses %s', async (query, param) => {
  const id = await evaluated(['gold', { name: 'gold', limit: 1 }]);
  const refused = await call(`/${id}/results?format=${query}`);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { param } });
});
