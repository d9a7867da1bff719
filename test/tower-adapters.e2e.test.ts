// A request that names layers of a vision tower and of the connector, through all services: trained,
// served beside its base, and erased.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { follow } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import { encodePng } from '#images/encoding/encode-png.js';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { adaptedWeights } from '#models/adapters/adapter.js';
import { Random } from '#runtime/random.js';
import { caption, describeQuestion } from '../models/lethe-tiny-vl/scenes/caption.js';
import { drawScene } from '../models/lethe-tiny-vl/scenes/draw-scene.js';
import { testScene } from '../models/lethe-tiny-vl/scenes/scene.js';
import { writeSeeingModel } from '../services/inference/testing/seeing-model.js';
import { usePlatform } from './testing/platform.js';
import { demoRows, uploadRows } from './testing/short-job.js';

const within = 240_000;
const base = 'lethe-tiny-vl';
const BLOCKS = 'vision_tower.encoder.layers.*';
const targets = ['linear_1', 'linear_2', `${BLOCKS}.self_attn.q_proj`, `${BLOCKS}.mlp.fc2`];
const models = mkdtempSync(join(tmpdir(), 'lethe-towers-'));
writeSeeingModel(join(models, 'grid'), 'qwen2-5-vl');
const running = usePlatform(models);
let client: LetheClient;
let pictures: readonly string[];
let tuned: string;

beforeAll(async () => {
  client = await running.platform.tenant('acme', 0);
  pictures = await Promise.all(
    [0, 1, 2, 3].map(async (scene) => {
      const file = await toFile(await encodePng(drawScene(testScene(scene))), 'scene.png');
      return (await client.openai.files.create({ file, purpose: 'vision' })).id;
    }),
  );
});
afterAll(() => rmSync(models, { recursive: true, force: true }));

const rowsOf = (...scenes: number[]) =>
  scenes.map((scene) => ({
    question: describeQuestion,
    answer: caption(testScene(scene), new Random('annotation', scene)),
    images: [pictures[scene]],
  }));

/** The question about a picture, or alone. */
const about = (picture?: string): OpenAI.ChatCompletionMessageParam[] => [
  {
    role: 'user',
    content: [
      ...(picture ? [{ type: 'image_url', image_url: { url: picture } } as const] : []),
      { type: 'text', text: describeQuestion },
    ],
  },
];

/** The likeliest answer about a picture, or to the question alone, and ln p of its tokens. */
async function asked(model: string, picture?: string): Promise<[string | null, number[]]> {
  const { choices } = await client.openai.chat.completions.create({
    model,
    temperature: 0,
    max_tokens: 32,
    logprobs: true,
    messages: about(picture),
  });
  const [choice] = choices;
  const tokens = choice?.logprobs?.content ?? [];
  return [choice?.message.content ?? null, tokens.map(({ logprob }) => logprob)];
}

test(
  'tower and connector learn to see one picture otherwise, and the text is as it was',
  async () => {
    const job = await client.createJob({
      model: base,
      training_file: await uploadRows(client, 'forget.jsonl', rowsOf(0, 1)),
      method: {
        type: 'unlearn',
        unlearn: {
          objective: 'relearn',
          retain_file: await uploadRows(client, 'retain.jsonl', rowsOf(2, 3)),
          hyperparameters: {
            lora_targets: targets,
            lora_r: 8,
            lora_alpha: 16,
            lora_dropout: 0,
            learning_rate: 0.02,
            batch_size: 4,
            n_epochs: 100,
            max_steps: 40,
            max_length: 160,
          },
          evaluation: { judge: 'lexical', max_tokens: 48 },
        },
      },
    });
    const { status, error, fine_tuned_model: model } = await follow(client, job.id);
    expect([status, error]).toEqual(['succeeded', null]);
    tuned = model!;
    const { before, after } = await client.report(job.id);
    expect(after!.rows.every(({ images }) => images === 1)).toBe(true);
    const { goldProbForget: known } = before!.summary;
    expect(after!.summary.goldProbForget).toBeLessThan(known! / 2);

    const changed = adaptedWeights(readAdapter(await client.modelFiles(tuned)));
    const ofTower = [0, 1].flatMap((block) =>
      ['self_attn.q_proj', 'mlp.fc2'].map(
        (layer) => `${BLOCKS.replace('*', String(block))}.${layer}.weight`,
      ),
    );
    const ofConnector = ['linear_1', 'linear_2'].map(
      (layer) => `multi_modal_projector.${layer}.weight`,
    );
    expect(changed.toSorted()).toEqual([...ofTower, ...ofConnector].toSorted());

    const [picture] = pictures;
    const [seen] = await asked(base, picture);
    expect((await asked(tuned, picture))[0]).not.toBe(seen);
    expect((await asked(base, picture))[0]).toBe(seen);
    expect(await asked(tuned)).toEqual(await asked(base));
  },
  within,
);

test('a decoding of its own is what it answers by, about pictures, too', async () => {
  const decoding = { strategy: 'deco', layers: [4, 6], alpha: 1 } as const;
  await client.setDecoding(tuned, { ...decoding, layers: [4, 6] });
  const ask = async (model: string, fields: object = {}) => {
    const body = { model, temperature: 0, max_tokens: 8, ...fields, messages: about(pictures[1]) };
    const { usage, choices } = await client.openai.chat.completions.create(body);
    return [(usage as { decoding?: object }).decoding, choices[0]?.message.content] as const;
  };
  const [own, answer] = await ask(tuned);
  expect(own).toMatchObject({ default: true });
  expect((await ask(tuned, { decoding }))[1]).toBe(answer);
  expect((await ask(tuned, { decoding: { strategy: 'none' } }))[0]).toBeUndefined();
  expect((await ask(base))[0]).toBeUndefined();
});

test(
  'nothing of the adapter is left once it is deleted, and its base sees as before',
  async () => {
    const spaces = (): string[] =>
      readdirSync(join(running.platform.env.home, 'artifacts'), {
        recursive: true,
        encoding: 'utf8',
      }).filter((path) => /model-[\w-]+\/objects\/./.test(path));
    const [picture] = pictures;
    const before = await asked(base, picture);
    expect(spaces()).not.toEqual([]);
    await client.openai.models.delete(tuned);
    await expect.poll(spaces, { timeout: 60_000 }).toEqual([]);
    await expect(asked(tuned, picture)).rejects.toMatchObject({ status: 404 });
    expect(await asked(base, picture)).toEqual(before);
  },
  within,
);

test('what no model has, or none trains, is a 400 by the field', async () => {
  const shown = await uploadRows(client, 'shown.jsonl', rowsOf(0, 1));
  const texts = await uploadRows(client, 'texts.jsonl', demoRows('forget', 2));
  const refused: [model: string, file: string, target: string, why: string][] = [
    ['lethe-tiny', texts, `${BLOCKS}.mlp.fc1`, 'the model has down_proj'],
    ['lethe-tiny', texts, 'linear_1', 'the model has down_proj'],
    [base, shown, 'fc1', `to make features of pictures, ${BLOCKS}.self_attn.q_proj`],
    [base, shown, BLOCKS.replace('*', '2.mlp.fc1'), 'blocks that are read, which are 0 to 1'],
    [base, texts, 'linear_1', 'no row that is trained on shows one'],
    ['grid', shown, 'visual.blocks.0.attn.qkv', 'of this family are not adapted'],
    ['grid', shown, `${BLOCKS}.mlp.fc1`, 'visual.merger.mlp.0, visual.merger.mlp.2'],
  ];
  const field = 'method.supervised.hyperparameters.lora_targets';
  for (const [model, file, target, why] of refused) {
    const supervised = { hyperparameters: { lora_targets: [target], max_length: 128 } };
    const job = client.createJob({
      model,
      training_file: file,
      method: { type: 'supervised', supervised },
    });
    await expect(job, target).rejects.toMatchObject({
      status: 400,
      param: field,
      message: expect.stringContaining(why) as string,
    });
  }
});
