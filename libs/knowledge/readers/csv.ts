// Comma-separated tables in either of two layouts, by the names in their first line:
//
//     name,aliases,type,symptoms,causes      an entity per line; | stands between values
//     subject,predicate,object               a value per line; the predicates name, alias and type
//                                            say what an entity is called and what it is

import { CsvError, parse } from 'csv-parse';
import { pipeline, Readable } from 'node:stream';
import { KnowledgeBaseError } from '../errors/knowledge-base.error.js';
import { MAX_LINE_BYTES } from '../limits.js';
import { type EntityDraft, entityOf, type PlacedEntity } from './entity-draft.js';
import type { Chunks, EntityReader } from './entity-reader.js';
import { Triples } from './triples.js';

const BETWEEN_VALUES = '|';
const TRIPLE = ['subject', 'predicate', 'object'];
/** Columns of the wide layout that are no attributes. */
const OWN = new Set(['id', 'type', 'name', 'aliases', 'alias']);

interface Line {
  readonly line: number;
  readonly cells: readonly string[];
}

export const readCsv: EntityReader = async function* (chunks) {
  let read: ((line: Line) => Iterable<PlacedEntity>) | undefined;
  const triples = new Triples();
  for await (const line of linesOf(chunks)) {
    if (read) yield* read(line);
    else read = readerOf(line, triples);
  }
  yield* triples.entities();
};

function readerOf({ line, cells }: Line, triples: Triples): (line: Line) => PlacedEntity[] {
  const columns = cells.map((cell) => cell.trim());
  const lower = columns.map((column) => column.toLowerCase());
  if (lower.join() === TRIPLE.join())
    return (row) => {
      const [subject = '', predicate = '', object = ''] = row.cells;
      triples.add({ line: row.line, subject, predicate, object });
      return [];
    };
  if (!lower.includes('name'))
    throw new KnowledgeBaseError(
      `line ${line}`,
      'expected columns of which one is name, or subject, predicate and object',
    );
  const twice = lower.find((column, i) => lower.indexOf(column) !== i);
  if (twice !== undefined)
    throw new KnowledgeBaseError(`line ${line}`, `two columns are called "${twice}"`);
  const blank = lower.indexOf('');
  if (blank >= 0) throw new KnowledgeBaseError(`line ${line}`, `column ${blank + 1} has no name`);
  return (row) => [entityOf(wideDraft(columns, row))];
}

function wideDraft(columns: readonly string[], { line, cells }: Line): EntityDraft {
  const pairs = columns.map((column, i) => [column, valuesOf(cells[i] ?? '')] as const);
  const own = new Map(pairs.map(([column, values]) => [column.toLowerCase(), values]));
  const one = (column: string): string | undefined =>
    own.get(column)?.join(BETWEEN_VALUES) || undefined;
  return {
    place: `line ${line}`,
    id: one('id'),
    type: one('type'),
    name: one('name') ?? '',
    aliases: [...(own.get('aliases') ?? []), ...(own.get('alias') ?? [])],
    attributes: pairs.filter(([column]) => !OWN.has(column.toLowerCase())),
  };
}

const valuesOf = (cell: string): string[] =>
  cell.split(BETWEEN_VALUES).filter((value) => value.trim() !== '');

/** @throws KnowledgeBaseError for bytes that are no table. */
async function* linesOf(chunks: Chunks): AsyncGenerator<Line> {
  const parser = parse({
    bom: true,
    info: true,
    max_record_size: MAX_LINE_BYTES,
    skip_empty_lines: true,
  });
  pipeline(Readable.from(wellFormed(chunks)), parser, () => {});
  try {
    for await (const { info, record } of parser as AsyncIterable<{
      info: { lines: number };
      record: string[];
    }>)
      yield { line: info.lines, cells: record };
  } catch (error) {
    if (error instanceof CsvError) throw new KnowledgeBaseError(placeOf(error), error.message);
    throw error;
  }
}

const placeOf = ({ lines }: CsvError & { lines?: number }): string =>
  lines === undefined ? '' : `line ${lines}`;

/** @throws KnowledgeBaseError at the first bytes that are not UTF-8. */
async function* wellFormed(chunks: Chunks): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new KnowledgeBaseError('', 'is not valid UTF-8');
  }
}
