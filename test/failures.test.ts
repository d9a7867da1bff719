// Every class of failures of the house: its type is its own, and it finds back to its class.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { revive, toData } from '#failure/failure-data.js';
import { Failure } from '#failure/failure.js';

const dist = join(import.meta.dirname, '..');
const files = ['libs', 'services'].flatMap((room) =>
  readdirSync(join(dist, room), { recursive: true, encoding: 'utf8' })
    .filter((path) => /[.-]error\.js$/.test(path))
    .map((path) => join(room, path)),
);

// Where two classes had one type, an import would throw.
const modules = await Promise.all(
  files.map(async (path) => ({
    path,
    exports: (await import(join(dist, path))) as Record<string, unknown>,
  })),
);
const classes = modules.flatMap(({ path, exports }) =>
  Object.values(exports)
    .filter(
      (kind): kind is typeof Failure => (kind as typeof Failure)?.prototype instanceof Failure,
    )
    .map((kind) => ({ path, name: kind.name, kind })),
);

test('all of them are looked at', () => {
  expect(classes.length).toBeGreaterThan(30);
});

test.each(classes)('$name revives to its own class', ({ kind }) => {
  const { type, permanent } = kind.prototype;
  expect(type).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
  expect(Failure.kindOf(type)).toBe(kind);
  const revived = revive(toData(revive({ type, permanent, publicMessage: 'x' })));
  expect(revived).toBeInstanceOf(kind);
  expect(revived).toMatchObject({ type, permanent, name: kind.name });
});
