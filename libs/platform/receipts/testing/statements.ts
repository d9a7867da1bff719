// What receipts may say, for tests.

import { plainHyperparameters } from '#contracts/hyperparameters.js';
import type { Link } from '#contracts/receipts/predicate.js';
import type { Statement } from '#contracts/receipts/statement.js';

export const hash = (digit: string): string => digit.repeat(64);
const time = '2026-01-02T03:04:05.678Z';
const release = { version: '0.1.0', revision: 'a'.repeat(40) };
const figures = {
  kfr: 1,
  krr: 0.95,
  lsForget: 0.1,
  lsRetain: 0.9,
  rougeLForget: 0.1,
  rougeLRetain: 0.9,
  rouge1Forget: 0.1,
  rouge1Retain: 0.9,
};
const first: Link = { sequence: 0, previous: null };

export const erased = (log = first, tenant = 'tenant-1') =>
  ({
    subject: [{ name: 'file', digest: { sha256: hash('1') } }],
    predicateType: 'urn:lethe:erasure:v1',
    predicate: {
      tenant,
      log,
      issuedAt: time,
      release,
      kind: 'file',
      id: 'file-1',
      requestedAt: time,
      erasedAt: time,
      keysDestroyed: ['file-1'],
      settings: { keysForgottenMs: 30_000, modelsDroppedMs: 60_000 },
    },
  }) as const satisfies Omit<Statement, '_type'>;

export const unlearned = (log = first) =>
  ({
    subject: [
      { name: 'adapter', digest: { sha256: hash('2') } },
      { name: 'forget-set', digest: { sha256: hash('3') } },
    ],
    predicateType: 'urn:lethe:unlearning:v1',
    predicate: {
      tenant: 'tenant-1',
      log,
      issuedAt: time,
      release,
      job: 'ftjob-1',
      createdAt: time,
      finishedAt: time,
      settings: {
        method: hash('4'),
        seed: 7,
        objective: { type: 'npo', beta: 0.1 },
        retainTerms: ['gdr', 'klr'],
        hyperparameters: plainHyperparameters.parse({}),
        augmentation: {
          teacher: 'rules',
          variants: 4,
          answers: 1,
          rounds: 3,
          completion: true,
          generic_ratio: 1.2,
          language: 'en',
        },
        evaluation: { judge: 'lexical', max_tokens: 64, shard_size: 32 },
      },
      before: figures,
      after: figures,
    },
  }) as const satisfies Omit<Statement, '_type'>;
