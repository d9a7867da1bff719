// The lines of a file of text, as its bytes come.

import { KnowledgeBaseError } from '../errors/knowledge-base.error.js';
import { MAX_LINE_BYTES } from '../limits.js';
import type { Chunks } from './entity-reader.js';

const NEWLINE = 0x0a;

export interface Line {
  /** 1-based. */
  readonly line: number;
  /** Without its end. */
  readonly text: string;
}

/** @throws KnowledgeBaseError for a line that is too long, or not UTF-8. */
export async function* linesOf(chunks: Chunks): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let open: Uint8Array = new Uint8Array();
  let line = 1;
  const read = (bytes: Uint8Array): Line => {
    try {
      return { line, text: decoder.decode(bytes).replace(/\r$/, '') };
    } catch {
      throw new KnowledgeBaseError(`line ${line}`, 'is not valid UTF-8');
    }
  };
  for await (const chunk of chunks) {
    const all = Buffer.concat([open, chunk]);
    let from = 0;
    for (let end = all.indexOf(NEWLINE); end >= 0; end = all.indexOf(NEWLINE, from)) {
      yield read(all.subarray(from, end));
      [line, from] = [line + 1, end + 1];
    }
    open = all.subarray(from);
    if (open.length > MAX_LINE_BYTES)
      throw new KnowledgeBaseError(`line ${line}`, `is longer than ${MAX_LINE_BYTES} bytes`);
  }
  if (open.length > 0) yield read(open);
}
