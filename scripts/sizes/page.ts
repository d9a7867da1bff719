// The page of what models take in memory, made of the estimates that workers go by.

import { join } from 'node:path';
import { cacheBytes } from '#generation/cache/cache-bytes.js';
import { expectedTensors } from '#models/passes/trace.js';
import type { ModelConfig } from '#models/types.js';
import { projectRoot } from '#supervisor/layout.js';
import { type MemoryRow, memoryTable } from '#training/memory-table.js';
import { formattedPage } from '../formatted-page.js';
import { shapes } from './shapes.js';

export const pagePath = join(projectRoot, 'docs/reference/sizes.md');

const [ROWS, LENGTH] = [8, 512];
/** Tokens whose keys and values are told. */
const KEPT = 1024;

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(bytes < 1e10 ? 2 : 1);

export const parametersOf = (config: ModelConfig): number =>
  [...expectedTensors(config).values()].reduce(
    (sum, dims) => sum + dims.reduce((a, b) => a * b),
    0,
  );

function row([name, config]: readonly [string, ModelConfig]): string {
  const table = memoryTable(config, true, { rows: ROWS, length: LENGTH });
  const bytes = (weights: MemoryRow['weights'], of: (row: MemoryRow) => number | undefined) =>
    table.flatMap((one) => (one.weights === weights ? (of(one) ?? []) : [])).map(gigabytes);
  const cells = [
    name,
    `${(parametersOf(config) / 1e9).toFixed(2)} B`,
    ...bytes('float32', ({ serving }) => serving?.total),
    ...bytes('16 bits', ({ serving }) => serving?.total),
    gigabytes(cacheBytes(config, [KEPT])),
    ...bytes('float32', ({ training }) => training.total),
    ...bytes('16 bits', ({ recomputed }) => recomputed.total),
    ...bytes('int8', ({ recomputed }) => recomputed.total),
  ];
  return `| ${cells.join(' | ')} |`;
}

export async function sizesPage(): Promise<string> {
  const text = `# Sizes

<!-- Written by \`npm run docs:sizes\` from the estimates that workers go by: change it there. -->

What models take in memory, in GB (10⁹ bytes), of a device or of a service's container: what [\`lethe model inspect --rows ${ROWS} --tokens ${LENGTH}\`](../guides/fit-in-memory.md) says of checkpoints in 16 bits. The estimates are [within about a tenth](../measurements/memory.md) of what was measured on models of up to 1.2 billion parameters; no larger one was.

| model | parameters | serving, float32 | serving, 16 bits | keys and values of ${KEPT} tokens | training, float32 | training, 16 bits, recomputed | training, 8 bits, recomputed |
| --- | --- | --- | --- | --- | --- | --- | --- |
${[...shapes].map(row).join('\n')}

- **serving**: ${ROWS} answers at once, ${LENGTH} tokens each with their prompts. Adapters come on top (\`ADAPTER_BYTES\`), and prompts that are kept (\`PREFIX_BYTES\`). In 8 and 4 bits: [precisions](../measurements/serving-precision.md).
- **training**: LoRA of rank 8 on all linear layers, ${ROWS} rows of ${LENGTH} tokens with a loss on every token; **recomputed**: \`--recompute\`, about a third more time.
- A container's limit is this and 512 MiB.
`;
  return formattedPage(pagePath, text);
}
