// All sealed texts that a database ever had, as its backups would: what the keys that remain still
// open of them.

import type { SpaceKey } from '#platform/artifacts/keys/space-key.js';
import { PREFIX, type SealedText, type TextKey } from '#platform/artifacts/keys/text-key.js';
import { UnreadableTextError } from '#platform/errors/unreadable-text.error.js';
import type { Row } from './database-search.js';
import type { Opened } from './sealed-bytes.js';

const pattern = new RegExp(`${PREFIX}[A-Za-z0-9_-]+`, 'g');

export class SealedTexts {
  /** Where each is kept. */
  private readonly kept = new Map<string, string>();
  /** tenant/space, of every key that there ever was. */
  private readonly spaces = new Set<string>();

  /** Adds what the tables have now. */
  keep(tables: ReadonlyMap<string, readonly Row[]>): void {
    for (const [table, rows] of tables)
      for (const row of rows)
        for (const [column, value] of Object.entries(row))
          for (const [text] of JSON.stringify(value ?? '').matchAll(pattern))
            this.kept.set(text, `${table.replace(/^.*\./, '')}.${column}/${String(row['id'])}`);
  }

  /** Tries every key on everything, whosoever it is. */
  openedBy(keys: readonly SpaceKey[]): Opened[] {
    for (const { tenantId, space } of keys) this.spaces.add(`${tenantId}/${space}`);
    return keys.flatMap((key) =>
      this.boundTo(key.texts).flatMap((bound) =>
        [...this.kept].flatMap(([text, place]) => {
          const bytes = open(bound, text, place);
          return bytes ? { space: key.space, bytes } : [];
        }),
      ),
    );
  }

  /** Texts are bound to their space: without it, no other space's key would have a chance. */
  private boundTo(key: TextKey): TextKey[] {
    return [...this.spaces].map(
      (space) => Object.create(key, { space: { value: space } }) as TextKey,
    );
  }
}

function open(key: TextKey, text: string, place: string): Buffer | undefined {
  try {
    return Buffer.from(key.open(text as SealedText, place));
  } catch (error) {
    if (UnreadableTextError.isInstance(error)) return undefined;
    throw error;
  }
}
