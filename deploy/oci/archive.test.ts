import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { writeArchive } from './archive.js';
import { imageConfig } from './image-config.js';

const temp = useTempFolder();
const dockerfile = `FROM a AS build
USER root
FROM b
ENV A=1 B=2
ENV C=3
WORKDIR /app
USER 1000:1000
EXPOSE 80 81
ENTRYPOINT ["node", "x.js"]
`;
const config = imageConfig(dockerfile);

/** A folder as an unpacked release is, written some time. */
function release(at: Date): string {
  const folder = mkdtempSync(join(temp.path, 'release-'));
  mkdirSync(join(folder, 'dist'), { mode: 0o700 });
  writeFileSync(join(folder, 'dist/main.js'), 'main', { mode: 0o600 });
  symlinkSync('./main.js', join(folder, 'dist/link.js'));
  utimesSync(join(folder, 'dist/main.js'), at, at);
  return folder;
}

const write = (folder: string, out: string) =>
  writeArchive(
    { tag: 'lethe/lethe:1', layers: [{ folder, at: 'app' }], config },
    join(temp.path, out),
  );

test('an image is run as the last stage of its Dockerfile says', () => {
  expect(config).toEqual({
    Env: [expect.stringMatching(/^PATH=/), 'A=1', 'B=2', 'C=3'],
    Entrypoint: ['node', 'x.js'],
    WorkingDir: '/app',
    User: '1000:1000',
    ExposedPorts: { '80/tcp': {}, '81/tcp': {} },
  });
  expect(() => imageConfig(dockerfile.replace('USER 1000:1000', ''))).toThrow(
    'expected one USER in the last stage, found 0',
  );
});

test('the same files make the same image, whenever and by whomever they were written', async () => {
  const [first, second] = [release(new Date(0)), release(new Date())];
  const { digest } = await write(first, 'first.tar');
  expect((await write(second, 'second.tar')).digest).toBe(digest);
  writeFileSync(join(second, 'dist/main.js'), 'else');
  expect((await write(second, 'other.tar')).digest).not.toBe(digest);
});

test("files are root's, for everybody to read, and links lead where they did", async () => {
  await write(release(new Date()), 'modes.tar');
  const tar = (...args: string[]) =>
    execFileSync('tar', args, { cwd: temp.path, encoding: 'utf8' });
  tar('-xf', 'modes.tar');
  const index = JSON.parse(readFileSync(join(temp.path, 'index.json'), 'utf8')) as {
    manifests: [{ digest: string; annotations: object }];
  };
  expect(index.manifests[0].annotations).toEqual({
    'io.containerd.image.name': 'docker.io/lethe/lethe:1',
    'org.opencontainers.image.ref.name': '1',
  });
  const blob = (digest: string) => join('blobs', digest.replace(':', '/'));
  const manifest = JSON.parse(
    readFileSync(join(temp.path, blob(index.manifests[0].digest)), 'utf8'),
  ) as { layers: [{ digest: string }] };
  const listed = tar('--numeric-owner', '-tvf', blob(manifest.layers[0].digest));
  expect(listed).toMatch(/^drwxr-xr-x 0\/0 .* \.\/app\/dist\/$/m);
  expect(listed).toMatch(/^-rw-r--r-- 0\/0 .* \.\/app\/dist\/main\.js$/m);
  expect(listed).toMatch(/^l\S+ 0\/0 .* \.\/app\/dist\/link\.js -> \.\/main\.js$/m);
});
