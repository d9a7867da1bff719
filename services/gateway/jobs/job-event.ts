// An event of a job's history as it is kept: its message is sealed for its place.

import type { SealedText } from '#platform/artifacts/keys/text-key.js';
import type { EventRow } from '../database/tenant-records.js';
import { newId } from '../http/ids.js';
import { messagePlace } from './job-words.js';

export interface Note extends Partial<Pick<EventRow, 'level' | 'type' | 'data'>> {
  readonly key: string;
  readonly message: string;
}

export async function eventOf(
  jobId: string,
  { message, ...note }: Note,
  seal: (text: string, place: string) => SealedText | Promise<SealedText>,
) {
  const id = newId('ftevent-');
  const kind = { level: 'info' as const, type: 'message' as const };
  return { id, jobId, ...kind, ...note, message: await seal(message, messagePlace(id)) };
}
