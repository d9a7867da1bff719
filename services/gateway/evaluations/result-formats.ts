// Results as JSON lines, CSV and Parquet, each written as the rows come.

import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ResultFormat } from '#contracts/evaluation-runs.js';
import type { Column } from './result-columns.js';

type Bytes = AsyncGenerator<string | Uint8Array, void, void>;
type Columns<R> = readonly Column<R>[];

/** Rows of one group of a Parquet file, which is in memory as a whole. */
const GROUP = 4096;

async function* jsonLines<R>(rows: AsyncIterable<R>): Bytes {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}

async function* csv<R>(rows: AsyncIterable<R>, columns: Columns<R>): Bytes {
  yield csvLine(columns.map(({ name }) => name));
  for await (const row of rows) yield csvLine(columns.map((column) => column.value(row)));
}

/** RFC 4180. */
const csvLine = (values: readonly (string | number | boolean | null)[]): string =>
  `${values.map((value) => csvField(String(value ?? ''))).join(',')}\r\n`;

const csvField = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

async function* parquet<R>(rows: AsyncIterable<R>, columns: Columns<R>): Bytes {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema: schemaOf(columns) });
  for await (const group of groupsOf(rows)) {
    const columnData = columns.map((column) => ({
      name: column.name,
      data: group.map((row) => column.value(row)),
    }));
    await writer.write({ columnData, rowGroupSize: GROUP });
    yield drain(bytes);
  }
  await writer.finish();
  yield drain(bytes);
}

const schemaOf = <R>(columns: Columns<R>) => [
  { name: 'root', num_children: columns.length },
  ...columns.map(({ name, type }) => ({
    name,
    repetition_type: 'OPTIONAL' as const,
    ...(type === 'STRING'
      ? { type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const }
      : { type }),
  })),
];

async function* groupsOf<R>(rows: AsyncIterable<R>): AsyncGenerator<R[], void, void> {
  let group: R[] = [];
  for await (const row of rows) {
    if (group.push(row) < GROUP) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** What was written since; its places in the file go on. */
function drain(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}

/** As they are sent. */
export interface Results {
  readonly type: string;
  readonly bytes: Iterable<string> | AsyncIterable<string | Uint8Array>;
}

interface Format {
  readonly type: string;
  write<R>(rows: AsyncIterable<R>, columns: Columns<R>): Bytes;
}

export const formats: Readonly<Record<ResultFormat, Format>> = {
  jsonl: { type: 'application/jsonl; charset=utf-8', write: jsonLines },
  csv: { type: 'text/csv; charset=utf-8', write: csv },
  parquet: { type: 'application/vnd.apache.parquet', write: parquet },
};
