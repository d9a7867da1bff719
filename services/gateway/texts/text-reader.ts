// Opens the texts of a page of records, each with the key of its space. One that cannot be opened
// is no reason not to show the others, nor the rest of its record.

import type { TenantStore } from '#platform/artifacts/artifact-store.js';
import { isSealed, type SealedText, type TextKey } from '#platform/artifacts/keys/text-key.js';
import { UnreadableTextError } from '#platform/errors/unreadable-text.error.js';
import type { Logger } from '#platform/log/logger.js';

/** Shown in the place of a text that was damaged, or whose key is gone. */
export const UNREADABLE = '[unreadable]';

export class TextReader {
  private constructor(
    private readonly keys: ReadonlyMap<string, TextKey>,
    private readonly log: Logger,
  ) {}

  /** @param spaces whose texts it is to read. @throws StorageUnavailableError, KeyServiceError */
  static async load(
    artifacts: TenantStore,
    spaces: Iterable<string>,
    log: Logger,
  ): Promise<TextReader> {
    return new TextReader(await artifacts.textKeys(spaces), log);
  }

  /** @param place that the text was sealed for. */
  read(text: SealedText, space: string, place: string): string {
    return this.tryRead(text, space, place) ?? UNREADABLE;
  }

  /** @returns undefined where it cannot be read. */
  tryRead(text: SealedText, space: string, place: string): string | undefined {
    try {
      return this.open(text, space, place);
    } catch (err) {
      if (!UnreadableTextError.isInstance(err)) throw err;
      this.log.warn({ err }, 'a text of a record cannot be read');
      return undefined;
    }
  }

  private open(text: SealedText, space: string, place: string): string {
    // Of an earlier release, until its upgrade has come to it.
    if (!isSealed(text)) return text;
    const key = this.keys.get(space);
    if (!key) throw new UnreadableTextError(place);
    return key.open(text, place);
  }
}
