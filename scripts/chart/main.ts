// Writes values.schema.json and the page of the chart's values: npm run docs:chart.

import { writeFile } from 'node:fs/promises';
import { chartValuesPage, pagePath } from './page.js';
import { schemaPath, schemaText } from './schema.js';

await writeFile(schemaPath, schemaText);
await writeFile(pagePath, await chartValuesPage());
