// Which code this is: the package's version, and git's revision as the build has written it.

import { existsSync, readFileSync } from 'node:fs';
import { type Release, releaseSchema } from '#contracts/receipts/predicate.js';

/** Root of the project; this file runs as dist/libs/platform/release.js. */
const root = new URL('../../../', import.meta.url);
const revisionFile = new URL('dist/revision', root);

export function readRelease(): Release {
  const text = readFileSync(new URL('package.json', root), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  const revision = existsSync(revisionFile) ? readFileSync(revisionFile, 'utf8').trim() : '';
  return releaseSchema.parse({ version, revision: revision || null });
}
