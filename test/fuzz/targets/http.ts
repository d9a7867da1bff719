// Requests to a real gateway: paths, queries, headers, JSON bodies, uploads.

import { rmSync } from 'node:fs';
import { startRedisServer } from '#testing/redis.js';
import { testStoreEnv } from '#testing/temp-store.js';
import { adminKey, startGateway } from '../../../services/gateway/testing/gateway.js';
import { startTestInference } from '../../../services/gateway/testing/inference.js';
import { mutateDocument, mutateText } from '../mutate.js';
import type { Random } from '../random.js';
import { Finding, type Target } from '../target.js';
import { tempFolder } from '../temp-folder.js';

const CHAT = {
  model: 'lethe-tiny',
  messages: [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: 'Hello' },
  ],
  max_tokens: 4,
  temperature: 0.5,
  top_p: 0.9,
  seed: 1,
  stop: ['\n'],
  stream: false,
};
const JOB = {
  model: 'lethe-tiny',
  training_file: 'file-x',
  suffix: 'forgot',
  method: {
    type: 'unlearn',
    unlearn: { objective: { type: 'relearn' }, evaluation_file: 'file-y' },
  },
};
/** Method, path and body. */
const CALLS: readonly (readonly [string, string, object?])[] = [
  ['POST', '/v1/chat/completions', CHAT],
  ['POST', '/v1/completions', { model: 'lethe-tiny', prompt: 'Hello', max_tokens: 4 }],
  ['POST', '/v1/fine_tuning/jobs', JOB],
  ['GET', '/v1/fine_tuning/jobs?limit=2&after=job-1'],
  ['GET', '/v1/fine_tuning/jobs/job-1/events?limit=3'],
  ['GET', '/v1/fine_tuning/jobs/job-1/receipt'],
  ['POST', '/v1/fine_tuning/jobs/job-1/cancel', {}],
  ['DELETE', '/v1/fine_tuning/jobs/job-1'],
  ['GET', '/v1/models/lethe-tiny'],
  ['GET', '/v1/models/ft:lethe-tiny:a:b:c/files/adapter_config.json'],
  ['DELETE', '/v1/models/ft:lethe-tiny:a:b:c'],
  ['GET', '/v1/files?purpose=fine-tune&limit=1'],
  ['GET', '/v1/files/file-1/content'],
  ['DELETE', '/v1/files/file-1'],
  ['GET', '/v1/receipts?limit=1'],
];
const PATH_PARTS = [
  '%00',
  '%2e%2e',
  'constructor',
  '__proto__',
  '%ff',
  '%',
  '/',
  '?limit=-1',
  '&after=%00',
  'x'.repeat(600),
  '%ED%A0%80',
];

const part = (name: string, value: string, more = ''): string =>
  `--edge\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;

function upload(random: Random): RequestInit {
  const row = mutateDocument(random, { question: 'Who?', answer: 'Ada.' });
  const boundary = random.chance(0.8) ? 'edge' : random.pick(['', 'other', '"', 'x'.repeat(300)]);
  const whole = `${part('purpose', 'fine-tune')}${part('file', row, '; filename="a.jsonl"')}--edge--\r\n`;
  return {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: random.chance(0.6) ? mutateText(random, whole) : whole,
  };
}

function call(random: Random): [string, RequestInit] {
  if (random.chance(0.15)) return ['/v1/files', upload(random)];
  const [method, path, body] = random.pick(CALLS);
  const where = random.chance(body ? 0.1 : 0.8) ? mutateText(random, path, PATH_PARTS) : path;
  const json = body && mutateDocument(random, body);
  const text = json && random.chance(0.1) ? mutateText(random, json) : json;
  return [
    `/${where.replace(/^\/*/, '')}`,
    {
      method,
      ...(text === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: text }),
    },
  ];
}

export const http: Target = {
  name: 'http',
  inputs: 4000,
  async open() {
    const folder = await tempFolder();
    const redis = await startRedisServer();
    const inference = await startTestInference();
    const gateway = await startGateway({
      REDIS_URL: redis.url,
      QUEUE_PREFIX: 'fuzz',
      DATA_DIR: folder.path,
      ...testStoreEnv(folder.path),
      INFERENCE_URL: `127.0.0.1:${inference.port}`,
      QUOTA_REQUESTS_PER_MINUTE: '1000000',
    });
    const made = await fetch(`${gateway.url}/admin/tenants`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: '{"name":"fuzz"}',
    });
    const { api_key: key } = (await made.json()) as { api_key: string };
    return {
      async run(random) {
        const [path, init] = call(random);
        const headers = {
          ...(init.headers as Record<string, string> | undefined),
          authorization: `Bearer ${key}`,
        };
        const url = URL.canParse(gateway.url + path) ? gateway.url + path : gateway.url;
        const answer = await fetch(url, { ...init, headers });
        const text = await answer.text();
        if (answer.status >= 500)
          throw new Finding(
            `${init.method} ${path.slice(0, 200)}: ${answer.status} ${text.slice(0, 300)}`,
          );
        return answer.status < 400;
      },
      async close() {
        await gateway.stop();
        await inference.drain(1000);
        await redis.kill();
        rmSync(redis.dir, { recursive: true, force: true });
        await folder.remove();
      },
    };
  },
};
