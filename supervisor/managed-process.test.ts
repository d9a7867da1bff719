// Checks that a process is kept alive, and stopped within its deadline, with real processes.

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { freePorts } from './free-port.js';
import { ManagedProcess } from './managed-process.js';
import { isRunning } from './process-table.js';
import { answersHttp } from './readiness.js';

/** Answers on its port; its readiness is a real HTTP request. */
const server = (onTerm: string) => `
  process.on('SIGTERM', () => { ${onTerm} });
  console.log('hello');
  require('node:http').createServer((q, r) => r.end('ok')).listen(Number(process.env.P), '127.0.0.1');`;

const started: ManagedProcess[] = [];
afterEach(() => Promise.all(started.splice(0).map((child) => child.stop())));

async function run(code: string, changed: () => void = () => {}) {
  const { port } = await freePorts('port');
  const log = join(mkdtempSync(join(tmpdir(), 'lethe-child-')), 'child.log');
  const child = new ManagedProcess(
    {
      name: 'child',
      command: process.execPath,
      args: ['-e', code],
      env: { P: String(port) },
      port,
      log,
      mark: '-e',
      stopWithin: 500,
      ready: () => answersHttp(`http://127.0.0.1:${port}/`),
      alive: () => answersHttp(`http://127.0.0.1:${port}/`),
      probeEvery: 100,
    },
    changed,
  );
  started.push(child);
  child.start();
  return { child, log };
}

test('starts again what was killed, and says how often', async () => {
  let changed: (() => void) | undefined;
  const { child, log } = await run(server('process.exit(0)'), () => changed?.());
  await child.untilReady(Date.now() + 10_000);
  const first = child.state.pid!;
  const again = new Promise<void>((resolve) => {
    changed = () => child.state.status === 'ready' && child.state.pid !== first && resolve();
  });
  process.kill(first, 'SIGKILL');
  await again;
  expect(child.state.restarts).toBe(1);
  await child.stop();
  started.pop();
  expect(readFileSync(log, 'utf8')).toBe(
    'hello\nchild ended (SIGKILL); starts again in 500 ms\nhello\n',
  );
});

test('kills what does not stop within its deadline', async () => {
  const { child } = await run(server(''));
  await child.untilReady(Date.now() + 10_000);
  const pid = child.state.pid!;
  const before = Date.now();
  await child.stop();
  started.pop();
  expect(isRunning(pid, '-e')).toBe(false);
  expect(Date.now() - before).toBeGreaterThan(450);
});

test('gives up the start of what keeps dying, and names its log', async () => {
  const { child, log } = await run('process.exit(7)');
  await expect(child.untilReady(Date.now() + 20_000)).rejects.toThrow(
    `child keeps dying at its start; its log is ${log}`,
  );
  expect(readFileSync(log, 'utf8')).toContain('exit code 7');
});

test('starts again what stands still', async () => {
  const seen = new Set<string>();
  let changed: (() => void) | undefined;
  const { child, log } = await run(server('process.exit(0)'), () => changed?.());
  await child.untilReady(Date.now() + 20_000);
  const again = new Promise<void>((resolve) => {
    changed = () => {
      seen.add(child.state.status);
      if (child.state.status === 'ready') resolve();
    };
  });
  process.kill(child.state.pid!, 'SIGSTOP');
  await again;
  expect([...seen]).toEqual(['hung', 'restarting', 'starting', 'ready']);
  expect(child.state.restarts).toBe(1);
  expect(readFileSync(log, 'utf8')).toContain('does not answer');
});

test('reports a command that does not exist as a process that keeps dying', async () => {
  const log = join(mkdtempSync(join(tmpdir(), 'lethe-child-')), 'child.log');
  const spec = {
    name: 'ghost',
    command: '/no/such/program',
    args: [],
    env: {},
    port: 1,
    log,
    mark: 'x',
    stopWithin: 100,
    ready: async () => false,
    alive: async () => false,
  };
  const child = new ManagedProcess(spec, () => {});
  started.push(child);
  child.start();
  await expect(child.untilReady(Date.now() + 20_000)).rejects.toThrow('keeps dying');
  expect(readFileSync(log, 'utf8')).toContain('ENOENT');
});
