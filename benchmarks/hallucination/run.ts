// From COCO's folder to the tables, on a running platform: run.js --model <name> --coco <folder>
// --set chair|pope ...; what an earlier run has asked is not asked again.

import { tenantClient } from '../../cli/context.js';
import { note } from '../../cli/output.js';
import { reportError } from '../../cli/report-error.js';
import { harnessTables } from './harness-tables.js';
import { runOptions } from './options.js';

try {
  const options = runOptions(process.argv.slice(2));
  const { tables, file } = await harnessTables(tenantClient({}).openai, options);
  console.log(tables);
  note(`the tables are in ${file}`);
} catch (error) {
  process.exitCode = reportError(error, false);
}
