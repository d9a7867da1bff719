// The page of all metrics, made of what the code registers.

import { join } from 'node:path';
import { projectRoot } from '#supervisor/layout.js';
import { formattedPage } from '../formatted-page.js';
import { type Described, type Section, sections } from './sections.js';

export const pagePath = join(projectRoot, 'docs/reference/service-metrics.md');

const code = (name: string): string => `\`${name}\``;

const row = ({ name, type, labels, help }: Described): string =>
  `| ${code(name)} | ${type} | ${labels.map(code).join(', ')} | ${help} |`;

const section = ({ title, about, metrics }: Section): string => `
## ${title}

${about}

| metric | type | labels | meaning |
| --- | --- | --- | --- |
${metrics.map(row).join('\n')}
`;

export async function metricsPage(): Promise<string> {
  const text = `# Metrics of services

<!-- Written by \`npm run docs:metrics\` from what the code registers: change it there. -->

At \`/metrics\` of every service's \`HTTP_PORT\`, for Prometheus. All have the label \`service\`. Those of the process and of Node.js, \`process_*\` and \`nodejs_*\`, are [prom-client's](https://github.com/siimon/prom-client#default-metrics). [What to look at](../guides/observe.md#metrics).
${sections.map(section).join('')}`;
  return formattedPage(pagePath, text);
}
