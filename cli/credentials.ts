// The tenant key that a data folder remembers, readable by its owner only.

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '#supervisor/atomic-file.js';

const schema = z.object({
  /** Its id: the name would outlive the tenant here. */ tenant: z.string(),
  apiKey: z.string(),
});
export type Credentials = z.infer<typeof schema>;

export function readCredentials(path: string): Credentials | null {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

export const writeCredentials = (path: string, credentials: Credentials): void =>
  writeFileAtomic(path, `${JSON.stringify(credentials)}\n`, 0o600);
