// A file as clients see it.

import { z } from 'zod';
import { files } from '../database/schema.js';
import type { FileRow } from '../database/tenant-records.js';
import { unixSeconds } from '../http/page.js';
import { placeOf } from '../texts/text-place.js';

export const fileSchema = z.object({
  id: z.string(),
  object: z.literal('file'),
  bytes: z.number().int(),
  created_at: z.number().int(),
  filename: z.string(),
  purpose: z.string(),
  status: z.literal('processed'),
  rows: z.number().int().describe('Questions with their answers in the file; none in a picture.'),
});

export const filenamePlace = (id: string): string => placeOf(files.filename, id);

/** A record whose name is opened. */
export type NamedFile = Omit<FileRow, 'filename'> & { readonly filename: string };

export const toFile = (row: NamedFile): z.infer<typeof fileSchema> => ({
  id: row.id,
  object: 'file',
  bytes: row.bytes,
  created_at: unixSeconds(row.createdAt),
  filename: row.filename,
  purpose: row.purpose,
  status: 'processed',
  rows: row.rows,
});
