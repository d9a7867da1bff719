// The API through the cluster's Ingress controller: a stream comes as it is made, a large file goes
// through, where there is a controller.

import { request } from 'node:http';
import { item } from '#collections/items.js';
import { demoRows, model } from '../../testing/short-job.js';
import type { Kubectl } from '../kubectl.js';
import { until } from '../until.js';
import type { Context, Scenario } from './scenario.js';

const HOST = 'lethe.test';
const ADDRESS_MS = 180_000;
const ANSWER_MS = 120_000;
/** More than the megabyte that ingress-nginx takes unless it is told. */
const FILE_BYTES = 3 * 2 ** 20;

const enabled = (className: string) => ({ ingress: { enabled: true, className, host: HOST } });
const disabled = { ingress: { enabled: false, className: '', host: '' } };

export const ingress: Scenario = async (context) => {
  const { release, checks } = context;
  const [className] = await classes(release.kubectl);
  if (className === undefined) {
    checks.skip('the API through an Ingress', 'this cluster has no IngressClass');
    return;
  }
  await release.install(enabled(className));
  try {
    const address = context.ingress ?? (await addressOf(release.kubectl));
    const { apiKey } = (await release.tenant('ingress')).openai;
    await through(context, address, apiKey ?? '');
  } finally {
    await release.install(disabled);
    await release.ready();
  }
};

async function through({ checks }: Context, address: string, key: string): Promise<void> {
  const { found: models } = await until('the Ingress answers', ADDRESS_MS, async () => {
    const answer = await ask(address, key, 'GET', '/v1/models');
    return answer.status === 200 ? answer : undefined;
  });
  checks.expect('models through the Ingress', models.status, models.text.includes(`"${model}"`));
  const body = {
    model,
    stream: true,
    max_tokens: 64,
    ignore_eos: true,
    messages: [{ role: 'user', content: 'Where does Ada Quill live?' }],
  };
  const answer = await ask(address, key, 'POST', '/v1/chat/completions', JSON.stringify(body));
  const seen = `${answer.status}, ${answer.parts} parts over ${answer.ms} ms`;
  const isStream = answer.text.trimEnd().endsWith('data: [DONE]') && answer.parts > 4;
  checks.expect('an answer comes as it is made', seen, answer.status === 200 && isStream);
  const sent = await ask(address, key, 'POST', '/v1/files', ...fileOf(FILE_BYTES));
  checks.expect(`a file of ${FILE_BYTES} bytes`, sent.status, sent.status === 200);
}

interface Answer {
  readonly status: number;
  readonly text: string;
  /** Pieces that the body came in, and the time between the first and the last. */
  readonly parts: number;
  readonly ms: number;
}

/** `fetch` lets nobody choose the host that a name-based Ingress goes by. */
function ask(
  address: string,
  key: string,
  method: string,
  path: string,
  body = '',
  type = 'application/json',
): Promise<Answer> {
  const { hostname, port } = new URL(`http://${address}`);
  const headers = {
    host: HOST,
    authorization: `Bearer ${key}`,
    ...(body === '' ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
  };
  const signal = AbortSignal.timeout(ANSWER_MS);
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port: port || 80, method, path, headers, signal },
      (answer) => {
        let [text, parts, first, last] = ['', 0, 0, 0];
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          last = performance.now();
          if (parts++ === 0) first = last;
          text += part;
        });
        answer.once('error', reject);
        answer.once('end', () =>
          resolve({ status: answer.statusCode ?? 0, text, parts, ms: Math.round(last - first) }),
        );
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

/** @returns a form's body and its type. */
function fileOf(bytes: number): [string, string] {
  const row = JSON.stringify(item(demoRows('retain', 1), 0));
  const rows = `${row}\n`.repeat(Math.ceil(bytes / (row.length + 1)));
  const boundary = 'lethe-test';
  const part = (disposition: string, content: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
  const purpose = part('name="purpose"', 'fine-tune');
  const file = part('name="file"; filename="rows.jsonl"', rows);
  return [`${purpose}${file}--${boundary}--\r\n`, `multipart/form-data; boundary=${boundary}`];
}

async function classes(kubectl: Kubectl): Promise<string[]> {
  const { items } = await kubectl.json<{ items: { metadata: { name: string } }[] }>(
    'get',
    'ingressclass',
  );
  return items.map(({ metadata }) => metadata.name);
}

/** As its controller has written it. */
async function addressOf(kubectl: Kubectl): Promise<string> {
  const { found } = await until('the Ingress has an address', ADDRESS_MS, async () => {
    const { items } = await kubectl.json<{ items: Ingress[] }>('get', 'ingress');
    const { ip, hostname } = items[0]?.status.loadBalancer?.ingress?.[0] ?? {};
    return ip ?? hostname;
  });
  return found;
}

interface Ingress {
  readonly status: {
    readonly loadBalancer?: { readonly ingress?: readonly { ip?: string; hostname?: string }[] };
  };
}
