// A real PostgreSQL for tests: the one of TEST_DATABASE_URL, else one of the test file's own, in a container or
// of the machine.

import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  createWriteStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { Client } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { first } from '#collections/items.js';
import { signal } from '#supervisor/process-table.js';
import { runsInContainer, startContainer } from './containers.js';
import { testEnv } from './env.js';
import { untilSaid } from './until-said.js';

const POSTGRES_PORT = 5432;

export interface PostgresServer {
  /** Of the superuser, in the database that every server has. */
  readonly url: string;
  /** Of its files: its databases in `data`, and its log. */
  readonly folder: string;
  /** Disconnects every client at once and waits until the server is gone; its files stay. */
  stop(): Promise<void>;
  /** Starts it again on the same files, under the same URL. */
  start(): Promise<void>;
  /** Reaches every process of it. After SIGKILL it is gone, as after `stop`. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Stops it and removes its files. */
  remove(): Promise<void>;
}

/** The folder of Debian's newest server, which it leaves out of PATH, or one of PATH. */
const programs = findPrograms();

/** Tests that stop a PostgreSQL need one of their own. */
export const canStartPostgres = programs !== undefined;

const inContainer = testEnv.TEST_DATABASE_URL === undefined && (await runsInContainer('postgres'));

/** Where there is no PostgreSQL, the tests that need one are skipped, and say so here. */
export const hasPostgres =
  testEnv.TEST_DATABASE_URL !== undefined || inContainer || programs !== undefined;
if (!hasPostgres)
  console.warn(
    'skipped: the tests on PostgreSQL need it installed (apt-get install postgresql), or TEST_DATABASE_URL',
  );

function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map(Number).filter(Boolean) : [];
  return [
    ...versions.toSorted((a, b) => b - a).map((version) => join(debian, String(version), 'bin')),
    ...testEnv.PATH.split(delimiter),
  ].find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))));
}

/** PostgreSQL refuses to run as root, so that root runs it as the user that Debian made for it. */
function owner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const ask = (flag: string): number => Number(execFileSync('id', [flag, 'postgres']));
  return { uid: ask('-u'), gid: ask('-g') };
}

/**
 * Starts a server that listens on a socket in its own folder, and waits until it accepts
 * connections.
 * @param settings of postgresql.conf, as `name=value`.
 */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  if (!programs) throw new Error('expected a PostgreSQL to start: ask hasPostgres first');
  const user = owner();
  const dir = mkdtempSync(join(tmpdir(), 'lethe-postgres-'));
  if (user) chownSync(dir, user.uid, user.gid);
  const data = join(dir, 'data');
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    { ...user, cwd: dir },
  );
  const options = ['listen_addresses=', 'fsync=off', ...settings].flatMap((one) => ['-c', one]);
  const run = (): Server =>
    spawn(join(programs, 'postgres'), ['-D', data, '-k', dir, ...options], {
      ...user,
      cwd: dir,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  let child: Server | undefined;
  const endWithUs = (): void => void child?.kill('SIGQUIT');
  process.on('exit', endWithUs);
  const server: PostgresServer = {
    url: `postgresql://postgres@localhost/postgres?host=${dir}`,
    folder: dir,
    async start() {
      child = run();
      child.stderr.pipe(createWriteStream(join(dir, 'log'), { flags: 'a' }));
      await untilSaid(child, 'ready to accept connections');
    },
    async signal(name) {
      if (!child?.pid || isGone(child)) return;
      const exited = once(child, 'exit');
      for (const pid of [child.pid, ...childrenOf(child.pid)]) signal(pid, name);
      if (name === 'SIGKILL') await exited;
    },
    async stop() {
      if (!child || isGone(child)) return;
      const exited = once(child, 'exit');
      child.kill('SIGQUIT');
      await exited;
    },
    async remove() {
      await server.stop();
      process.off('exit', endWithUs);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

type Server = ChildProcessByStdio<null, null, Readable>;

const isGone = ({ exitCode, signalCode }: Server): boolean =>
  exitCode !== null || signalCode !== null;

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

type OwnPostgres = Pick<PostgresServer, 'url' | 'remove'>;

const startOwn = (): Promise<OwnPostgres> => (inContainer ? startInContainer() : startPostgres());

async function startInContainer(): Promise<OwnPostgres> {
  const container = await startContainer('postgres', {
    port: POSTGRES_PORT,
    command: ['postgres', '-c', 'fsync=off'],
    environment: { POSTGRES_HOST_AUTH_METHOD: 'trust' },
    // Once while the image makes its database, which nobody reaches.
    said: 'ready to accept connections',
    times: 2,
  });
  const address = `${container.getHost()}:${container.getMappedPort(POSTGRES_PORT)}`;
  return {
    url: `postgresql://postgres@${address}/postgres`,
    remove: async () => void (await container.stop()),
  };
}

/** A new, empty database of a server. @returns its URL. */
export async function createDatabase(server: string): Promise<string> {
  const name = `lethe_test_${randomBytes(6).toString('hex')}`;
  await administer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Also while clients are connected to it. */
async function dropDatabase(server: string, url: string): Promise<void> {
  await administer(server, `DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * Call at the top of a describe or a file whose tests run where `hasPostgres`; `url` names an empty
 * database of its own.
 */
export function usePostgres(): { readonly url: string; create(): Promise<string> } {
  const databases: string[] = [];
  let own: OwnPostgres | undefined;
  const server = (): string => {
    const url = testEnv.TEST_DATABASE_URL ?? own?.url;
    if (url === undefined)
      throw new Error('PostgreSQL starts before the tests: ask in one of them');
    return url;
  };
  const create = async (): Promise<string> => {
    const url = await createDatabase(server());
    databases.push(url);
    return url;
  };
  beforeAll(async () => {
    if (!hasPostgres) return;
    if (!testEnv.TEST_DATABASE_URL) own = await startOwn();
    await create();
  });
  afterAll(async () => {
    if (own) await own.remove();
    else for (const url of databases) await dropDatabase(server(), url);
  });
  return {
    get url() {
      return first(databases);
    },
    create,
  };
}
