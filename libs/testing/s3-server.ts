// A real S3 server for tests: versitygw on a folder of its own, in a container or of the machine.

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StartedTestContainer } from 'testcontainers';
import { runsInContainer, startContainer } from './containers.js';
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

const READY = 'listening on';
const CONTAINER_PORT = 7070;

const build = fileURLToPath(new URL('../../../scripts/versitygw.sh', import.meta.url));
const inContainer = await runsInContainer('s3');
const program = inContainer ? undefined : await findProgram();

/** Where there is no server, the tests that need one are skipped, and say so here. */
export const hasS3 = inContainer || program !== undefined;

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
  if (!hasS3) throw new Error('expected an S3 server to start: ask hasS3 first');
  const dir = mkdtempSync(join(tmpdir(), 'lethe-s3-'));
  const port = await freePort();
  const objects = folder ?? join(dir, 'objects');
  const versions = join(dir, 'versions');
  for (const path of [objects, versions]) mkdirSync(path, { recursive: true });
  const running =
    program === undefined
      ? await runInContainer(port, objects, versions)
      : await runProgram(program, port, objects, versions);
  return {
    url: `http://127.0.0.1:${port}`,
    folder: objects,
    start: running.start,
    stop: running.stop,
    async remove() {
      await running.remove();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

type Running = Pick<S3Server, 'start' | 'stop' | 'remove'>;

async function runProgram(
  path: string,
  port: number,
  objects: string,
  versions: string,
): Promise<Running> {
  const flags = [...serving(`127.0.0.1:${port}`), '--versioning-dir', versions, objects];
  const run = (): ChildProcess =>
    spawn(path, flags, { stdio: ['ignore', 'pipe', 'pipe'], env: rootUser });
  let child: ChildProcess;
  const endWithUs = (): void => void child.kill('SIGKILL');
  const start = async (): Promise<void> => {
    child = run();
    await untilSaid(child, READY);
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  process.on('exit', endWithUs);
  await start();
  const remove = async (): Promise<void> => {
    await stop();
    process.off('exit', endWithUs);
  };
  return { start, stop, remove };
}

async function runInContainer(port: number, objects: string, versions: string): Promise<Running> {
  const start = () =>
    startContainer('s3', {
      port: CONTAINER_PORT,
      hostPort: port,
      command: [...serving(`:${CONTAINER_PORT}`), '--versioning-dir', '/versions', '/objects'],
      environment: rootUser,
      folders: { '/objects': objects, '/versions': versions },
      said: READY,
    });
  let container: StartedTestContainer | undefined = await start();
  const stop = async (): Promise<void> => {
    await container?.stop();
    container = undefined;
  };
  return { start: async () => void (container = await start()), stop, remove: stop };
}

const serving = (address: string): string[] => ['--port', address, '--keep-alive', 'posix'];
