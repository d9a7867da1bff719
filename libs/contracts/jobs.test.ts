import { expect, test } from 'vitest';
import { catalog, type JobName } from './jobs.js';

const set = { space: 'file-1', hash: 'a'.repeat(64) };
const owner = { tenantId: 'acme', jobId: 'ftjob-1', traceId: 'trace' };
const judged = { ...owner, stage: 'before', model: { base: 'm' }, judge: 'lexical', maxTokens: 64 };
const evaluate = { ...judged, forget: set, retain: set, shardSize: 32 };
const shard = { ...judged, set: 'forget', data: set, from: 0, to: 32 };
const augment = {
  ...owner,
  forget: set,
  seed: 0,
  options: {
    teacher: 'rules',
    variants: 4,
    answers: 1,
    rounds: 3,
    completion: true,
    generic_ratio: 1.2,
    language: 'en',
  },
};
const train = {
  ...owner,
  model: { base: 'm', adapter: set },
  objective: { type: 'npo', beta: 0.2 },
  retainTerms: ['gdr', 'klr'],
  mask: { type: 'memflex', max_cosine: 0.92, min_gradient: 0.0006 },
  retain: set,
  seed: 0,
  hyperparameters: {
    n_epochs: 3,
    batch_size: 4,
    gradient_accumulation: 1,
    learning_rate: 0.0001,
    warmup_ratio: 0.1,
    weight_decay: 0.01,
    max_grad_norm: 1,
    max_length: 512,
    lora_r: 8,
    lora_alpha: 16,
    lora_dropout: 0.1,
    trainable: 'lora',
    lora_targets: ['q_proj'],
    lora_layers: [0],
    use_rslora: false,
    parent_adapter: 'merge',
    precision: 'int8',
    forget_weight: 1,
    retain_weight: 1,
    kl_weight: 1,
  },
};

/** As they are queued, and as they are read: shards of before there was a choice name no task. */
test.each<[JobName, object, object]>([
  ['evaluate', evaluate, { ...evaluate, task: 'unlearning' }],
  ['evaluate-shard', shard, { ...shard, task: 'unlearning' }],
  ['augment', augment, augment],
  ['train', train, train],
  ['publish', owner, owner],
])('a job %s is read', (name, queued, read) => {
  expect(catalog[name].payload.parse(queued)).toEqual(read);
});
