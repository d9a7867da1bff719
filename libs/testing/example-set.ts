// Rows of any layout as a data set's examples.

import { type NumberedExample, parseDataset } from '#contracts/dataset/dataset.js';

export const exampleSet = (...rows: readonly object[]): NumberedExample[] =>
  parseDataset(rows.map((row) => JSON.stringify(row)).join('\n'));
