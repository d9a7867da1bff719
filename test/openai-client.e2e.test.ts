// The official OpenAI client drives the whole flow on real services: upload, create, wait, stream a
// chat from the result.

import { cpSync, createReadStream, mkdtempSync, readdirSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import OpenAI, { APIError } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { follow, followRun } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { Job } from '#client/types.js';
import { attackNames, changeOf } from '#contracts/probes.js';
import { jobSpace, workSpace } from '#contracts/spaces.js';
import { projectRoot } from '#supervisor/layout.js';
import { usePlatform } from './testing/platform.js';
import { demoRows, jsonLines, model, shortJob, uploadRows } from './testing/short-job.js';

const models = mkdtempSync(join(tmpdir(), 'lethe-models-'));
cpSync(join(projectRoot, 'models', model), join(models, 'torn'), { recursive: true });
truncateSync(join(models, 'torn', 'model.safetensors'), 100_000);
const running = usePlatform(models);
let lethe: LetheClient;
let openai: OpenAI;
let job: Job;

const rejection = (promise: Promise<unknown>): Promise<APIError> =>
  promise.then(
    () => expect.unreachable('was accepted'),
    (error: unknown) => error as APIError,
  );
const upload = (content: string | Buffer) =>
  openai.files.create({ file: new File([content], 'x.jsonl'), purpose: 'fine-tune' });
const ask = (of: string, content: string) =>
  openai.chat.completions.create({
    model: of,
    messages: [{ role: 'user', content }],
    temperature: 0,
    max_tokens: 32,
  });

beforeAll(async () => {
  lethe = await running.platform.tenant('acme', 0);
  openai = lethe.openai;
});

describe('an unlearning request', () => {
  test('is accepted, runs through its stages and ends in a model', async () => {
    const created = await openai.fineTuning.jobs.create(
      (await shortJob(lethe, 6)) as unknown as OpenAI.FineTuning.JobCreateParams,
    );
    expect(['validating_files', 'queued', 'running']).toContain(created.status);
    job = await follow(lethe, created.id);
    expect(job.error).toBeNull();
    expect(job.status).toBe('succeeded');
    expect(job.stages.map(({ name, status }) => `${name} ${status}`)).toEqual(
      ['before', 'augment', 'train', 'after', 'audit', 'publish'].map(
        (name) => `${name} succeeded`,
      ),
    );
    expect(job.fine_tuned_model).toMatch(/^ft:lethe-tiny:acme:short:/);
  }, 180_000);

  test('is found in lists, with events in order and checkpoints', async () => {
    const ids: string[] = [];
    for await (const one of openai.fineTuning.jobs.list({ limit: 1 })) ids.push(one.id);
    expect(ids).toEqual([job.id]);
    const messages: string[] = [];
    for await (const event of openai.fineTuning.jobs.listEvents(job.id, { limit: 2 }))
      messages.push(event.message);
    expect(messages.length).toBeGreaterThan(4);
    const streamed: string[] = [];
    for await (const event of await lethe.followEvents(job.id)) streamed.push(event.message);
    expect(streamed).toEqual(messages.toReversed());
    expect((await openai.fineTuning.jobs.checkpoints.list(job.id)).data.length).toBeGreaterThan(0);
  });

  test('has the same figures in an evaluation run of both models', async () => {
    const { before, after } = await lethe.report(job.id);
    const files = {
      forget: await uploadRows(lethe, 'forget.jsonl', demoRows('forget', 12)),
      retain: await uploadRows(lethe, 'retain.jsonl', demoRows('retain', 24)),
    };
    const created = await lethe.createRun({
      models: [model, job.fine_tuned_model!],
      tasks: ['unlearning', 'gold'],
      files,
      limit: 8,
      max_tokens: 32,
    });
    expect(await followRun(lethe, created.id)).toMatchObject({
      status: 'succeeded',
      cells: { total: 4, succeeded: 4 },
    });
    const found: Record<string, number | null>[] = [];
    for await (const { figures } of lethe.cells(created.id))
      found.push(Object.fromEntries(figures!.map(({ metric, value }) => [metric, value])));
    const [base, , tuned, gold] = found;
    expect(before!.summary).toMatchObject({ ...base, unjudgedForget: {}, unjudgedRetain: {} });
    expect(after!.summary).toMatchObject({ ...tuned, unjudgedForget: {}, unjudgedRetain: {} });
    expect(gold!['direct']).toBeCloseTo(after!.summary.goldProbForget!, 6);
    const lines = (await (await lethe.runResults(created.id)).text()).trim().split('\n');
    expect(lines).toHaveLength(before!.rows.length + after!.rows.length + 2 * 8);
  }, 120_000);

  test('leaves a report of every prompt, answer and score', async () => {
    const report = await lethe.report(job.id);
    expect(report.before!.judge).toBe('lexical');
    expect(report.before!.rows.map((row) => `${row.set} ${row.index}`)).toEqual(
      report.after!.rows.map((row) => `${row.set} ${row.index}`),
    );
    expect(report.after!.rows).toHaveLength(16);
    expect(
      report.after!.rows.every(
        (row) => row.question && row.gold && Number.isFinite(row.perplexity),
      ),
    ).toBe(true);
    expect(report.before!.summary.krr).toBeGreaterThan(0.8);
    expect(Object.keys(report.seconds).toSorted()).toEqual([
      'after',
      'audit',
      'augment',
      'before',
      'publish',
      'train',
    ]);
  });

  test('is audited in full where it asks so: of models that are changed and relearned, too', async () => {
    const body = await shortJob(lethe, 1, { audit: 'full', limit: 2, max_tokens: 8 });
    const audited = await follow(lethe, (await lethe.createJob(body)).id);
    expect(audited.error).toBeNull();
    const { audit } = await lethe.report(audited.id);
    const asked = new Map(audit!.tasks.map(({ name, of, unjudged }) => [name, of + unjudged]));
    const changed = attackNames.filter((name) => changeOf(name));
    expect(changed.map((name) => [name, asked.get(name)])).toEqual(
      changed.map((name) => [name, name === 'relearn-forget' ? 1 : 2]),
    );
    // What was relearned goes soon after the end of the job.
    const folder = join(running.platform.env.home, 'artifacts');
    const spaces = () =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => basename(path));
    expect(spaces()).toContain(jobSpace(audited.id));
    await expect.poll(spaces, { timeout: 60_000 }).not.toContain(workSpace(audited.id));
  }, 300_000);

  test('streams the same chat that it answers whole', async () => {
    const tuned = job.fine_tuned_model!;
    expect((await openai.models.list()).data.map(({ id }) => id)).toEqual(
      expect.arrayContaining([model, tuned]),
    );
    const { question } = demoRows('forget', 1)[0]!;
    const whole = await ask(tuned, question);
    let streamed = '';
    const stream = await openai.chat.completions.create({
      model: tuned,
      messages: [{ role: 'user', content: question }],
      temperature: 0,
      max_tokens: 32,
      stream: true,
    });
    for await (const chunk of stream) streamed += chunk.choices[0]?.delta.content ?? '';
    expect(streamed).toBe(whole.choices[0]!.message.content);
    expect(streamed).not.toBe('');
    const completion = await openai.completions.create({
      model,
      prompt: 'The capital of',
      max_tokens: 4,
      temperature: 0,
    });
    expect(completion.choices[0]!.text).not.toBe('');
  });

  test('scores prompts for evaluation harnesses', async () => {
    const asked = {
      model: job.fine_tuned_model!,
      prompt: 'The capital of',
      temperature: 0,
      max_tokens: 1,
    };
    const [next, scored] = [
      await openai.completions.create(asked),
      await openai.completions.create({ ...asked, echo: true, logprobs: 1 }),
    ];
    const [{ text, logprobs }] = scored.choices as [OpenAI.CompletionChoice];
    expect(text).toBe(asked.prompt + next.choices[0]!.text);
    const [none, ...rest] = logprobs!.token_logprobs!;
    expect([none, rest.length]).toEqual([null, scored.usage!.prompt_tokens]);
    expect(rest.every((logProb) => logProb < 0)).toBe(true);
    const tops = logprobs!.top_logprobs!.slice(1).map((top) => Math.max(...Object.values(top)));
    for (const [i, logProb] of rest.entries()) expect(tops[i]).toBeGreaterThanOrEqual(logProb);
  });

  test('can be cancelled, and then gives no model', async () => {
    const created = await lethe.createJob(await shortJob(lethe, 5000));
    await lethe.cancelJob(created.id);
    const over = await follow(lethe, created.id);
    expect([over.status, over.fine_tuned_model]).toEqual(['cancelled', null]);
  }, 60_000);
});

describe('a form', () => {
  const person = z.object({
    name: z.string().max(12),
    age: z.int().min(0).max(120),
    towns: z.array(z.enum(['Oslo', 'Bergen'])).max(3),
  });
  const asked = { model, messages: [{ role: 'user' as const, content: 'Who is it?' }] };

  test('is had by a model that knows nothing of it', async () => {
    const { choices } = await openai.chat.completions.parse({
      ...asked,
      n: 3,
      temperature: 1.5,
      seed: 7,
      response_format: zodResponseFormat(person, 'person'),
    });
    expect(choices.map(({ message }) => person.safeParse(message.parsed).success)).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('that is hostile is refused by its field, and tools where the model has none', async () => {
    const regex = await rejection(
      openai.chat.completions.create({ ...asked, guided_regex: '((a{9,999}){9,999})*' } as never),
    );
    expect(regex).toMatchObject({ status: 400, param: 'guided_regex' });
    const tools = [{ type: 'function' as const, function: { name: 'weather' } }];
    const shown = await rejection(openai.chat.completions.create({ ...asked, tools }));
    expect(shown).toMatchObject({ status: 400, param: 'tools' });
  });
});

describe('bad input', () => {
  const row = { question: 'Who?', answer: 'Nobody.' };

  test.each([
    ['malformed JSON', '{"question":"a","answer":"b"}\n{oops\n', 'line 2'],
    ['a missing field', '{"question":"a"}\n', 'answer'],
    ['an empty field', '{"question":"a","answer":" "}\n', 'answer'],
    ['an empty file', '', 'without a single row'],
  ])('%s is refused with the line or field', async (_name, content, says) => {
    const error = await rejection(
      upload(content).then(({ id }) =>
        lethe.createJob({
          model,
          training_file: id,
          method: { type: 'unlearn', unlearn: { retain_file: id } },
        }),
      ),
    );
    expect(error.status).toBe(400);
    expect(error.message).toContain(says);
  });

  test('a forget set that overlaps the retain set is refused', async () => {
    const id = await uploadRows(lethe, 'same.jsonl', [row]);
    const error = await rejection(
      lethe.createJob({
        model,
        training_file: id,
        method: { type: 'unlearn', unlearn: { retain_file: id } },
      }),
    );
    expect([error.status, /overlap|both|retain/i.test(error.message)]).toEqual([400, true]);
  });

  test('an objective or hyperparameter out of range is refused by name', async () => {
    const id = await uploadRows(lethe, 'a.jsonl', [row]);
    const request = (unlearn: object) =>
      rejection(
        lethe.createJob({
          model,
          training_file: id,
          method: { type: 'unlearn', unlearn: { retain_file: id, ...unlearn } as never },
        }),
      );
    const objective = await request({ objective: 'sorcery' });
    expect([objective.status, objective.param]).toEqual([400, 'method.unlearn.objective']);
    const rate = await request({ hyperparameters: { learning_rate: 2 } });
    expect([rate.status, rate.param]).toEqual([
      400,
      'method.unlearn.hyperparameters.learning_rate',
    ]);
  });

  test('an unknown model or adapter is a 404, never an answer of the base model', async () => {
    for (const id of [
      'lethe-huge',
      'ft:lethe-tiny:acme:short:none',
      'ft:lethe-tiny:other:x:y',
      `${job.fine_tuned_model}x`,
    ])
      expect((await rejection(ask(id, 'Hello?'))).status).toBe(404);
    const id = await uploadRows(lethe, 'b.jsonl', [row]);
    expect(
      (await rejection(lethe.createJob({ model: 'lethe-huge', training_file: id }))).status,
    ).toBe(404);
  });

  test('a model whose weights are torn is named with its file, and nothing else suffers', async () => {
    const id = await uploadRows(lethe, 'd.jsonl', [row]);
    for (const use of [
      () => ask('torn', 'Hello?'),
      () => lethe.createJob({ model: 'torn', training_file: id }),
    ]) {
      expect((await rejection(use())).message).toMatch(/torn\/model\.safetensors is truncated/);
    }
    expect((await openai.models.list()).data.map((one) => one.id)).not.toContain('torn');
    await ask(model, 'Hello?');
  });

  test("another tenant's file, job and model are not there", async () => {
    const other = await running.platform.tenant('other', 0);
    const file = await uploadRows(lethe, 'c.jsonl', [row]);
    const statuses = await Promise.all([
      rejection(other.openai.files.retrieve(file)),
      rejection(other.createJob({ model, training_file: file })),
      rejection(other.job(job.id)),
      rejection(other.report(job.id)),
      rejection(
        other.openai.chat.completions.create({
          model: job.fine_tuned_model!,
          messages: [{ role: 'user', content: 'Hello?' }],
        }),
      ),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  });

  test('a prompt longer than the context is refused', async () => {
    const error = await rejection(ask(model, 'word '.repeat(5000)));
    expect([error.status, error.code]).toEqual([400, 'context_length_exceeded']);
  });

  test('a wrong key is a 401', async () => {
    const stranger = new OpenAI({ baseURL: openai.baseURL, apiKey: 'sk-wrong', maxRetries: 0 });
    expect((await rejection(stranger.models.list() as unknown as Promise<unknown>)).status).toBe(
      401,
    );
  });

  test('an oversized upload is refused and leaves nothing', async () => {
    const before = (await openai.files.list()).data.length;
    const error = await rejection(upload(Buffer.alloc(65 * 2 ** 20, 32)));
    expect(error.status).toBe(413);
    expect((await openai.files.list()).data).toHaveLength(before);
  });

  test('loses nothing: what was uploaded before is still whole', async () => {
    const file = await openai.files.create({
      file: createReadStream(join(projectRoot, 'models', model, 'data', 'forget.jsonl')),
      purpose: 'fine-tune',
    });
    await rejection(upload('{oops'));
    expect(await (await openai.files.content(file.id)).text()).toContain(
      jsonLines(demoRows('forget', 1)).slice(0, 20),
    );
  });
});
