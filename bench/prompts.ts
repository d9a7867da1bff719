// npm run bench:prompts: how long inference's health check and a short call of another tenant take
// while six prompts of 7 MB come in at once.

import { execa } from 'execa';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '#supervisor/free-port.js';
import { projectRoot } from '#supervisor/layout.js';
import { gatewayClient, identities } from '#testing/identities.js';
import { testStoreEnv } from '#testing/temp-store.js';

const BYTES = 7_000_000;
const AT_ONCE = 6;
const model = { base: 'lethe-tiny' };

const dir = mkdtempSync(join(tmpdir(), 'lethe-bench-'));
const { http, grpc } = await freePorts('http', 'grpc');
const service = execa(process.execPath, [join(projectRoot, 'dist/services/inference/main.js')], {
  env: {
    ...identities.inference,
    ...testStoreEnv(dir),
    MODEL_DIRS: join(projectRoot, 'models'),
    GRPC_PORT: String(grpc),
    HTTP_PORT: String(http),
    LOG_LEVEL: 'silent',
  },
  stdio: 'ignore',
  reject: false,
});
const client = gatewayClient(grpc);

const ask = async (tenant: string, content: string): Promise<string> => {
  try {
    const request = {
      model,
      prompt: { chat: { messages: [{ role: 'user', content }] } },
      sampling: { maxTokens: 1 },
    };
    for await (const _ of client.generate(tenant, request, { timeoutMs: 120_000 })) void _;
    return 'answered';
  } catch (error) {
    return (error as Error).message.slice(0, 60);
  }
};
const health = (): Promise<unknown> => fetch(`http://127.0.0.1:${http}/healthz`);

/** Longest of the times that a call takes, one after the other, until the work is done; in ms. */
async function longest(call: () => Promise<unknown>, work: Promise<unknown>): Promise<number> {
  const done = new AbortController();
  void work.finally(() => done.abort());
  let most = 0;
  while (!done.signal.aborted) {
    const started = performance.now();
    await call();
    most = Math.max(most, performance.now() - started);
  }
  return Math.round(most);
}

while ((await ask('other', 'Hello')) !== 'answered') await new Promise((r) => setTimeout(r, 200));
const rows: object[] = [];
for (const [text, unit] of Object.entries({
  words: 'a ',
  spaces: ' ',
  emoji: '😀',
  control: '<|end|>',
})) {
  const prompt = unit.repeat(BYTES / Buffer.byteLength(unit));
  const started = performance.now();
  const flood = Promise.all(Array.from({ length: AT_ONCE }, () => ask('flood', prompt)));
  const [healthz, other, [said]] = await Promise.all([
    longest(health, flood),
    longest(() => ask('other', 'Hello'), flood),
    flood,
  ]);
  rows.push({ text, all: Math.round(performance.now() - started), healthz, other, said });
}
console.table(rows);
client.close();
service.kill('SIGKILL');
rmSync(dir, { recursive: true, force: true });
process.exit(0);
