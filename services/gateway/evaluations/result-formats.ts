// Results as JSON lines, CSV and Parquet, each written as the rows come.

import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { columns, type ResultRow } from './result-columns.js';

export type { ResultRow };
export const resultFormats = ['jsonl', 'csv', 'parquet'] as const;
export type ResultFormat = (typeof resultFormats)[number];

type Bytes = AsyncGenerator<string | Uint8Array, void, void>;
type Rows = AsyncIterable<ResultRow>;

/** Rows of one group of a Parquet file, which is in memory as a whole. */
const GROUP = 4096;

async function* jsonLines(rows: Rows): Bytes {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}

async function* csv(rows: Rows): Bytes {
  yield csvLine(columns.map(({ name }) => name));
  for await (const row of rows) yield csvLine(columns.map((column) => column.value(row)));
}

/** RFC 4180. */
const csvLine = (values: readonly (string | number | boolean | null)[]): string =>
  `${values.map((value) => csvField(String(value ?? ''))).join(',')}\r\n`;

const csvField = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

async function* parquet(rows: Rows): Bytes {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema });
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

const schema = [
  { name: 'root', num_children: columns.length },
  ...columns.map(({ name, type }) => ({
    name,
    repetition_type: 'OPTIONAL' as const,
    ...(type === 'STRING'
      ? { type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const }
      : { type }),
  })),
];

async function* groupsOf(rows: Rows): AsyncGenerator<ResultRow[], void, void> {
  let group: ResultRow[] = [];
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

export const formats: Readonly<
  Record<ResultFormat, { readonly type: string; readonly write: (rows: Rows) => Bytes }>
> = {
  jsonl: { type: 'application/jsonl; charset=utf-8', write: jsonLines },
  csv: { type: 'text/csv; charset=utf-8', write: csv },
  parquet: { type: 'application/vnd.apache.parquet', write: parquet },
};
