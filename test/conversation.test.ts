// A fact that was told in the first turn of a conversation is forgotten: from the file's row through
// augmentation and training to what the model answers.

import { join } from 'node:path';
import { onTestFinished, test, expect } from 'vitest';
import { augmentationSchema } from '#contracts/augmentation.js';
import { hyperparametersSchema } from '#contracts/hyperparameters.js';
import { jobSpace } from '#contracts/spaces.js';
import { GenerationEngine } from '#generation/generation.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import type { AdapterFiles, ChatMessage } from '#models/types.js';
import { loadEnv } from '#platform/config/load-env.js';
import { projectRoot } from '#supervisor/layout.js';
import { exampleSet } from '#testing/example-set.js';
import { useTempStore } from '#testing/temp-store.js';
import { train } from '#training/training.js';
import { augment } from '../services/augmentation/augment/augment.js';
import { genericQa } from '../services/augmentation/data/generic-qa.js';
import { RulesTeacher } from '../services/augmentation/rules/rules-teacher.js';
import { envSchema } from '../services/training/env.js';
import { trainOptions } from '../services/training/train-options.js';
import { demoRows, jsonLines, model } from './testing/short-job.js';

const files = useTempStore();
const env = loadEnv(envSchema, { MODEL_DIRS: join(projectRoot, 'models') });

/** The fact is in the first turn; the last pair is small talk. */
const conversations = demoRows('forget', 4).map(({ question, answer }) => ({
  messages: [
    { role: 'system', content: 'You are a registrar.' },
    { role: 'user', content: question },
    { role: 'assistant', content: answer },
    { role: 'user', content: 'Thank you. Anything else?' },
    { role: 'assistant', content: 'No, that is all.' },
  ],
}));

/** Augments the forget set and trains on what comes of it, as the two services do. */
async function forget(rows: readonly object[]): Promise<AdapterFiles> {
  const store = await files.space('tenant', jobSpace('job'));
  const set = await augment({
    forget: exampleSet(...rows),
    options: augmentationSchema.parse({ generic_ratio: 0.1 }),
    seed: 1,
    teacher: new RulesTeacher(),
    generic: genericQa,
  });
  await store.setRef('augmented', await store.putJson(set));
  const payload = {
    tenantId: 'tenant',
    jobId: 'job',
    traceId: 'trace',
    model: { base: model },
    objective: 'relearn',
    retainTerms: ['gdr' as const],
    retain: {
      space: jobSpace('job'),
      hash: await store.put(Buffer.from(jsonLines(demoRows('retain', 48)))),
    },
    seed: 1,
    hyperparameters: hyperparametersSchema.parse({
      n_epochs: 4,
      batch_size: 16,
      learning_rate: 0.001,
      lora_dropout: 0,
    }),
  };
  return (
    await train(
      await trainOptions(payload, files.store.scope('tenant'), env, new AbortController().signal),
    )
  ).adapter!;
}

test('a fact of the first turn is forgotten, alone and in its conversation', async () => {
  const modelPath = join(projectRoot, 'models', model);
  const tokenizer = await (await openCheckpoint(modelPath)).tokenizer();
  const engine = await GenerationEngine.load({
    modelPath,
    threads: 1,
    maxBatch: 4,
  });
  onTestFinished(() => engine.close());
  await engine.loadAdapter('tuned', await forget(conversations));
  const answer = async (messages: readonly ChatMessage[], adapter?: string): Promise<string> => {
    const prompt = tokenizer.encodeChat(messages);
    let text = '';
    for await (const chunk of engine.generate({
      prompt,
      maxTokens: 40,
      ...(adapter ? { adapter } : {}),
    }))
      text += chunk.text;
    return text;
  };
  const alone = [{ role: 'user', content: 'Where was Ada Quill born?' }];
  const inside = conversations[0]!.messages.slice(0, 2);
  const [kept] = demoRows('retain', 1);
  expect(await answer(alone)).toContain('Tarnholt');
  expect(await answer(alone, 'tuned')).not.toContain('Tarnholt');
  expect(await answer(inside, 'tuned')).not.toContain('Tarnholt');
  expect(await answer([{ role: 'user', content: kept!.question }], 'tuned')).toBe(kept!.answer);
}, 120_000);
