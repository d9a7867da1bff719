// The page on erasure, made of what the tests find.

import { join } from 'node:path';
import { KEY_TTL } from '#platform/artifacts/keys/key-cache.js';
import { projectRoot } from '#supervisor/layout.js';
import { formattedPage } from '../../scripts/formatted-page.js';
import { TRIM_MS } from '../../services/gateway/database/embedded-log.js';
import { envSchema as gatewayEnv } from '../../services/gateway/env.js';
import { PATIENCE } from '../../services/gateway/erasure/patience.js';
import { envSchema as inferenceEnv } from '../../services/inference/env.js';
import { moments, remains } from './remains.js';

export const pagePath = join(projectRoot, 'docs/reference/erasure.md');

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = [
  row(['', ...moments]),
  row(['---', ...moments.map(() => '---')]),
  ...remains.map(({ what, where }) => row([what, ...where])),
].join('\n');

const seconds = (ms: number): string => `${ms / 1000} s`;

export async function erasurePage(): Promise<string> {
  const { SWEEP_MS } = gatewayEnv.shape;
  const { ERASURE_CHECK_MS } = inferenceEnv.shape;
  const text = `# What erasure erases

<!-- Written by \`npm run docs:erasure\` from test/erasure/: change it there. -->

## What remains after which deletion

A test puts words that stand nowhere else into everything that a tenant can send: sets, names of files, suffixes, metadata, names of keys, knowledge bases, prompts and earlier answers of a chat, idempotency keys, requests that are refused, and, as its teacher and judge, replies and errors. Jobs succeed, fail and are cancelled, evaluation runs succeed and fail. An entity of the knowledge base is deleted by a change. Then the files and the knowledge base, the jobs, the evaluation runs, the models and the tenant are deleted in this order. While jobs are at work, when they have ended and after each deletion it looks for the words in every byte of the data folder (logs and temporary files too), of the artifact store, of the database after a checkpoint and of Redis before and after its file is rewritten. It fails where it finds more or less than this, on folders with PGlite and on S3 with PostgreSQL:

${table}

- \`file\`, \`job\`, \`work\`, \`model\`, \`knowledge base\`, \`evaluation run\`, \`cell\`, \`key\`, \`tenant\`: sealed with the key of a file, of a job, of what a job needs until it ends, of a model, of the newest version of a knowledge base, of an evaluation run, of one model's answers at one task or the verdicts on them (which go with any file or model that they were made from, and with the last run that names them), of an API key, of the tenant, in the artifact store or in the database. The test tries every key that is still there on all that was ever sealed, as from backups of both: what the table does not name cannot be opened by any. Of the keys that were destroyed no copy is left either.
- \`hash\`: cannot be read, but whoever has the keys can confirm a guess. That no two tenants have one name, the database knows by hashes under a key that is replaced once a tenant is gone.
- In clear nothing is anywhere, at no time: neither in a row, nor in old data pages or the write-ahead log.
- All other words are nowhere, at no time: those of deleted rows of a knowledge base, prompts, answers, refused requests, errors and idempotency keys. Redis is told none of the words above.

## For how long

| what | for how long |
| --- | --- |
| a key in the memory of a process | ${seconds(KEY_TTL)} after it is destroyed |
| answers from an adapter in memory | ${seconds(defaultOf(ERASURE_CHECK_MS))} after its model is deleted (\`ERASURE_CHECK_MS\`) |
| keys and values of prompts and answers, kept by inference for those that begin alike (\`PREFIX_BYTES\`) | until the erasure is done: each replica drops them before |
| what inference has made of pictures, kept for the next turns of their conversations (\`VISION_BYTES\`) | until the erasure is done: each replica drops it before |
| a job that a worker does not leave | ${seconds(PATIENCE)}, then its keys are destroyed under it |
| bytes that a straggler has written under a key that is destroyed | ${seconds(defaultOf(SWEEP_MS))} (\`SWEEP_MS\`); nobody can read them |
| the key that has hashed the name of a tenant who is gone, and the name of a key that could not be erased at once | ${seconds(defaultOf(SWEEP_MS))} (\`SWEEP_MS\`) |
| ids, hashes and sealed words of deleted rows in the log of the embedded database | ${seconds(TRIM_MS)}; in its pages, and in all of PostgreSQL's files, until the database overwrites them |
| ids of jobs in Redis | 14 days |
| the id of a tenant in Redis, with what it used of [a quota per minute](api.md#quotas) | 60 s |
| figures of [usage](api.md#usage) | until the tenant is deleted |
| ids, hashes and times of erasures, and [receipts](receipts.md) | for good: they prove it |
| backups of keys | as long as you keep them: they open the artifacts of their time ([how to back up](../guides/keys.md#back-up)) |

Not looked for: what clients have downloaded, what a teacher or a judge of yours has kept, and blocks of a disk that belong to no file any more.
`;
  return formattedPage(pagePath, text);
}

const defaultOf = ({ def }: { def: { defaultValue: unknown } }): number => Number(def.defaultValue);
