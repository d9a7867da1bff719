import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LetheClient } from '#client/lethe-client.js';
import { writePage } from './report-file.js';

const server = createServer(({ url }, response) => response.end(`<p>${url}</p>`));
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

test('a report is written for its owner alone, over a file that everybody could read', async () => {
  const { port } = server.address() as AddressInfo;
  const client = new LetheClient({ url: `http://127.0.0.1:${port}`, apiKey: 'k' });
  const path = join(mkdtempSync(join(tmpdir(), 'lethe-page-')), 'report.html');
  writeFileSync(path, 'older', { mode: 0o644 });
  await writePage(client, 'ftjob-1', path);
  expect(readFileSync(path, 'utf8')).toBe('<p>/v1/fine_tuning/jobs/ftjob-1/report?format=html</p>');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
