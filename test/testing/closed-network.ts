// Runs a script where the loopback interface is all there is of a network, and says what tried to
// leave it.

import { execa } from 'execa';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What was left in the home, and by onnxruntime in the folder for temporary files. */
interface Left {
  readonly files: readonly string[];
}

/**
 * Namespaces of their own for network, mounts and processes: whatever the script started ends with
 * it. Sockets under /run lead out of them (a name service's, a container engine's): they are hidden.
 */
const closed = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-ec'];
const loopback = 'ip link set lo up; mount -t tmpfs none /run;';

/** onnxruntime calls nobody where it is told so, or takes a machine for one that tests software. */
const silencing =
  'ORT_DISABLE_TELEMETRY CI TF_BUILD GITHUB_ACTIONS GITLAB_CI CIRCLECI TRAVIS JENKINS_URL CODEBUILD_BUILD_ID BUILDKITE TEAMCITY_VERSION APPVEYOR';
const unsilenced = Object.fromEntries(silencing.split(' ').map((name) => [name, undefined]));

/** Names are asked of the loopback alone, where ways-out.ts listens. */
const settings = {
  'resolv.conf': 'nameserver 127.0.0.1\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
};
const mounts = Object.keys(settings)
  .map((file) => `[ ! -e /etc/${file} ] || mount --bind ${file} /etc/${file};`)
  .join('');

/** Whether this process may close a network; says so where it may not. */
export function canCloseNetwork(): boolean {
  const allowed = spawnSync('unshare', [...closed, loopback]).status === 0;
  if (!allowed)
    console.warn(
      'skipped: a network of its own takes root, unshare and ip (util-linux, iproute2), so the tests that nothing calls home do not run',
    );
  return allowed;
}

/**
 * @param script of this folder, whose last line is an object.
 * @param folder an empty one, for its home and its temporary files.
 */
export async function inClosedNetwork<T>(script: string, folder: string): Promise<T & Left> {
  const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')];
  for (const path of [home, temporary]) mkdirSync(path, { recursive: true });
  for (const [file, content] of Object.entries(settings))
    writeFileSync(join(folder, file), content);
  const { stdout } = await execa(
    'unshare',
    [
      ...closed,
      `${loopback}${mounts} exec "$@"`,
      'sh',
      process.execPath,
      join(import.meta.dirname, `${script}.js`),
    ],
    {
      cwd: folder,
      env: { ...unsilenced, HOME: home, TMPDIR: temporary },
      stderr: 'inherit',
    },
  );
  const told = JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) as T;
  const temporaries = readdirSync(temporary).filter((name) => /^(mat-|\.ses)/.test(name));
  return { ...told, files: [...readdirSync(home), ...temporaries] };
}
