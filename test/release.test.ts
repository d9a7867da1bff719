// What ships: the release that `npm run build:release` writes, with the packages beside it, and the
// image around both.

import { execa } from 'execa';
import { readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { canMakeImage, unpackImage, type UnpackedImage } from './testing/image.js';
import { services } from './testing/services.js';

const MB = 1e6;
const temp = useTempFolder();
let image: UnpackedImage;
/** Paths in the release, relative to it. */
let files: string[] = [];
const isScript = (path: string): boolean => /^dist.*\.js$/.test(path);

beforeAll(async () => {
  image = await unpackImage(temp.path);
  files = readdirSync(image.app, { recursive: true, encoding: 'utf8' });
}, 600_000);

/** Runs a program of the image; it is told a port that is none, and so does not go on to serve. */
const run = (...words: string[]) =>
  execa(process.execPath, [join(image.app, 'dist/deploy/entrypoint.js'), ...words], {
    env: { HTTP_PORT: 'none' },
    reject: false,
  });

/** What a script imports, or starts in a thread, that is ours: './x.js' or '#room/x.js'. */
function references(path: string): string[] {
  const text = readFileSync(join(image.app, path), 'utf8');
  const imports = text.matchAll(/(?:from|import|import\() ?['"]([.#][^'"]+)['"]/g);
  const threads = text.matchAll(/new URL\(['"](?:\.\/)?([\w-]+\.js)['"]/g);
  return [
    ...[...imports].map(([, name = '']) => name),
    ...[...threads].map(([, name = '']) => `./${name}`),
  ];
}

test('no tests, helpers of tests, benches or scripts', () => {
  expect(files.filter(isScript).length).toBeGreaterThan(300);
  expect(files.filter((path) => /^dist.*(\.test\.|testing)/.test(path))).toEqual([]);
  expect(readdirSync(join(image.app, 'dist')).toSorted()).toEqual([
    'cli',
    'deploy',
    'libs',
    'revision',
    'services',
    'supervisor',
  ]);
});

test('whatever a script refers to is there, threads and lazy imports included', () => {
  const isMissing = (script: string) => (name: string) => {
    try {
      createRequire(join(image.app, script)).resolve(name);
      return false;
    } catch {
      return true;
    }
  };
  const scripts = files.filter(isScript);
  const all = scripts.flatMap(references);
  for (const name of [/^\.\/training-worker\.js$/, /^\.\/nli-thread\.js$/, /^#contracts\//])
    expect(all).toContainEqual(expect.stringMatching(name));
  expect(scripts.flatMap((script) => references(script).filter(isMissing(script)))).toEqual([]);
});

test.each(services)('%s loads', async (service) => {
  const { stderr } = await run(service);
  expect(stderr).toContain('EnvError: HTTP_PORT="none"');
});

test('the lethe command runs', async () => {
  const { stdout, exitCode } = await run('lethe', '--help');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Usage: lethe');
});

test('a word that names no program is refused, with those that do', async () => {
  const { stderr, exitCode } = await run('serve');
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    'error: "serve" is nothing to run: expected one of gateway, augmentation, training, inference, evaluation, migrate, lethe',
  );
});

test.each([
  ['augmentation', 'services/augmentation/data/generic-qa.jsonl'],
  ['inference', 'proto/lethe/inference/v1/inference.proto'],
  ['training', 'dist/libs/training/optimizer/vector.wasm'],
] as const)('%s does not start without %s, which its work needs', async (service, file) => {
  const path = join(image.app, file);
  renameSync(path, `${path}.away`);
  const { stderr, exitCode } = await run(service).finally(() => renameSync(`${path}.away`, path));
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`ENOENT: no such file or directory, open '${path}'`);
});

test('what was left out of packages is not missed by those that judge, train and document', async () => {
  const script = `
    await import('@huggingface/transformers');
    await import('sharp');
    const { loadOnnxruntime } = await import('#runtime/onnxruntime-c.js');
    const { SwaggerModule } = await import('@nestjs/swagger');
    console.log(Boolean(await loadOnnxruntime()), typeof SwaggerModule.createDocument);`;
  const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', script], {
    cwd: image.app,
  });
  expect(stdout).toBe('true function');
});

test('pictures are read by the libvips of this platform, and by no other', async () => {
  const libraries = files.filter((path) => /^node_modules\/@img\/sharp-libvips-[^/]+$/.test(path));
  expect(libraries).toHaveLength(1);
  const script = `
    const { readImage } = await import('#images/read-image.js');
    const { imageLimits } = await import('#images/types.js');
    const { width, height } = await readImage(Buffer.from(process.argv[1], 'base64'), imageLimits);
    console.log(width, height);`;
  const picture =
    'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGMQaAAAAKMAkQ5lK7AAAAAASUVORK5CYII=';
  const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', script, picture], {
    cwd: image.app,
  });
  expect(stdout).toBe('2 1');
});

describe.runIf(canMakeImage)('the image', () => {
  /** As a container runs it: another root, the image's own user and environment. */
  function contain(...words: string[]) {
    const { User, Env, Entrypoint } = image.archive!.config.config;
    const args = [`--userspec=${User}`, '--groups=', image.root, ...Entrypoint, ...words];
    const env = { ...Object.fromEntries(Env.map((one) => one.split('='))), HTTP_PORT: 'none' };
    return execa('chroot', args, { env, extendEnv: false, reject: false });
  }

  test('has 400 MB at the most, models aside', () => {
    const { layers } = image.archive!.manifest;
    const models = files
      .filter((path) => path.startsWith('models/'))
      .map((path) => statSync(join(image.app, path)).size);
    const sum = (sizes: readonly number[]) => sizes.reduce((a, b) => a + b, 0);
    expect(sum(layers.map(({ size }) => size)) - sum(models)).toBeLessThan(400 * MB);
  });

  test.each(services)('%s loads in it', async (service) => {
    const { stderr } = await contain(service);
    expect(stderr).toContain('EnvError: HTTP_PORT="none"');
  });

  test('its user writes to /data, and to nothing of its own', async () => {
    expect(await contain('lethe', 'keys', 'create', '/data/root.key')).toMatchObject({
      exitCode: 0,
    });
    const { exitCode, stderr } = await contain('lethe', 'keys', 'create', '/app/root.key');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('EACCES');
  });

  test('no shell, compiler or package manager', () => {
    const programs = ['bin', 'sbin', 'usr/bin', 'usr/sbin', 'usr/local/bin'].flatMap((path) =>
      readdirSync(join(image.root, path)),
    );
    expect(programs).toContain('node');
    for (const tool of ['sh', 'bash', 'gcc', 'npm', 'apt-get', 'dpkg', 'python3'])
      expect(programs).not.toContain(tool);
  });

  test('names in its bill of materials all that it is made of', () => {
    const text = readFileSync(join(image.app, 'sbom.cdx.json'), 'utf8');
    const { components } = JSON.parse(text) as { components: { purl: string }[] };
    const purls = components.map(({ purl }) => purl);
    for (const name of [
      /^pkg:deb\/debian\/libc6@2\./,
      /^pkg:generic\/node@24\./,
      /^pkg:npm\/koffi@/,
    ])
      expect(purls).toContainEqual(expect.stringMatching(name));
    const packages = files
      .filter((path) => /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path))
      .map((path) => readFileSync(join(image.app, path), 'utf8'))
      .map((manifest) => JSON.parse(manifest) as { name?: string; version?: string })
      .filter(({ name, version }) => name && version)
      .map(({ name, version }) => `pkg:npm/${name!.replace('@', '%40')}@${version}`);
    expect(packages.length).toBeGreaterThan(200);
    expect(purls).toEqual(expect.arrayContaining(packages));
  });
});
