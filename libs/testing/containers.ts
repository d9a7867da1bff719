// Servers for tests in containers, where a Docker daemon runs that has their images or gets them. They are
// those of deploy/compose.yaml.

import { load } from 'js-yaml';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StartedTestContainer } from 'testcontainers';
import { z } from 'zod';
import { projectRoot } from '#supervisor/layout.js';
import { testEnv } from './env.js';

const service = z.object({ image: z.string() });
const composeSchema = z.object({
  services: z.object({ redis: service, postgres: service, s3: service }),
});
type Server = keyof z.infer<typeof composeSchema>['services'];

/** In ms: a daemon that has no way out says so late. */
const PULLING = 60_000;

export interface ContainerOptions {
  /** Within the container. */
  readonly port: number;
  /** Of the host; absent: a free one. */
  readonly hostPort?: number;
  readonly command?: readonly string[];
  readonly environment?: Record<string, string>;
  /** Folders of the host by where they are in the container. */
  readonly folders?: Readonly<Record<string, string>>;
  /** What it writes when it answers, and how often. */
  readonly said: string;
  readonly times?: number;
}

/** Docker's own socket, or what DOCKER_HOST names. */
const hasDaemon = testEnv.DOCKER_HOST !== undefined || existsSync('/var/run/docker.sock');
const library = hasDaemon ? await import('testcontainers') : undefined;

/** Whether tests have this server in a container; says so where a daemon runs that cannot. */
export async function runsInContainer(server: Server): Promise<boolean> {
  // Of a run of tests, whose files are read by children of one process: no file waits for it again.
  const failed = join(tmpdir(), `lethe-no-container-${server}-${process.ppid}`);
  if (!library || existsSync(failed)) return false;
  try {
    const { image } = await library.getContainerRuntimeClient();
    const name = library.ImageName.fromString(imageOf(server));
    if (!(await image.exists(name))) await Promise.race([image.pull(name), late()]);
    return true;
  } catch (error) {
    writeFileSync(failed, '');
    console.warn(`${server} is not run in a container: ${String(error)}`);
    return false;
  }
}

/** Ask `runsInContainer` first. */
export async function startContainer(
  server: Server,
  options: ContainerOptions,
): Promise<StartedTestContainer> {
  if (!library) throw new Error('expected a Docker daemon: ask runsInContainer first');
  const { port, hostPort, said, times = 1 } = options;
  const exposed = hostPort === undefined ? port : { container: port, host: hostPort };
  return new library.GenericContainer(imageOf(server))
    .withExposedPorts(exposed)
    .withCommand([...(options.command ?? [])])
    .withEnvironment(options.environment ?? {})
    .withBindMounts(
      Object.entries(options.folders ?? {}).map(([target, source]) => ({ source, target })),
    )
    .withWaitStrategy(library.Wait.forLogMessage(said, times))
    .start();
}

function imageOf(server: Server): string {
  const compose = readFileSync(join(projectRoot, 'deploy/compose.yaml'), 'utf8');
  return composeSchema.parse(load(compose)).services[server].image;
}

async function late(): Promise<never> {
  await delay(PULLING, undefined, { ref: false });
  throw new Error(`not there after ${PULLING} ms`);
}
