// A job's report as JSON text, written row by row.

import type { JobReports, Paged } from '#report-page/report.js';

export async function* reportJson(
  head: Readonly<Record<string, unknown>>,
  reports: JobReports,
  seconds: Readonly<Record<string, number>>,
): AsyncGenerator<string, void, void> {
  yield JSON.stringify(head).slice(0, -1);
  for (const [stage, report] of Object.entries(reports)) {
    yield `,"${stage}":`;
    yield* stageJson(report);
  }
  yield `,"seconds":${JSON.stringify(seconds)}}`;
}

async function* stageJson({
  rows,
  ...head
}: Paged<{ rows: unknown[] }>): AsyncGenerator<string, void, void> {
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[`;
  let separator = '';
  for await (const row of rows()) {
    yield separator + JSON.stringify(row);
    separator = ',';
  }
  yield ']}';
}
