// A real S3 server for tests: versitygw on a folder of its own.

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './redis.js';
import { untilSaid } from './until-said.js';

export interface S3Server {
  readonly url: string;
  /** Its objects are files below here, by bucket and key. */
  readonly folder: string;
  /** Ends the server and waits until it is gone; its files stay. */
  stop(): Promise<void>;
  /** Starts it again on the same files, under the same URL. */
  start(): Promise<void>;
  /** Stops it and removes its files. */
  remove(): Promise<void>;
}

/** With these in its environment the SDK is let in. */
export const s3Env = {
  AWS_ACCESS_KEY_ID: 'lethe-test',
  AWS_SECRET_ACCESS_KEY: 'lethe-test-secret',
  AWS_REGION: 'us-east-1',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
} as const;

const rootUser = {
  ROOT_ACCESS_KEY: s3Env.AWS_ACCESS_KEY_ID,
  ROOT_SECRET_KEY: s3Env.AWS_SECRET_ACCESS_KEY,
};

const build = fileURLToPath(new URL('../../../scripts/versitygw.sh', import.meta.url));
const program = await findProgram();

/** Where there is no server, the tests that need one are skipped, and say so here. */
export const hasS3 = program !== undefined;

async function findProgram(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(build);
    return stdout.trim();
  } catch (error) {
    const { stderr } = error as { stderr: string };
    console.warn(`skipped: the tests on S3 need versitygw, which Go builds: ${stderr.trim()}`);
    return undefined;
  }
}

/**
 * Starts a server without buckets, and waits until it accepts connections.
 * @param folder of its objects; absent: one of its own.
 */
export async function startS3(folder?: string): Promise<S3Server> {
  if (program === undefined) throw new Error('expected an S3 server to start: ask hasS3 first');
  const dir = mkdtempSync(join(tmpdir(), 'lethe-s3-'));
  const port = await freePort();
  const objects = folder ?? join(dir, 'objects');
  const versions = join(dir, 'versions');
  for (const path of [objects, versions]) mkdirSync(path, { recursive: true });
  const flags = ['--port', `127.0.0.1:${port}`, '--keep-alive'];
  const backend = ['posix', '--versioning-dir', versions, objects];
  const run = (): ChildProcess =>
    spawn(program, [...flags, ...backend], { stdio: ['ignore', 'pipe', 'pipe'], env: rootUser });
  let child = run();
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.on('exit', endWithUs);
  const server: S3Server = {
    url: `http://127.0.0.1:${port}`,
    folder: objects,
    async start() {
      child = run();
      await untilSaid(child, 'listening on');
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
    async remove() {
      await server.stop();
      process.off('exit', endWithUs);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await untilSaid(child, 'listening on');
  return server;
}
