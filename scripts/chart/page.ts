// docs/reference/chart-values.md: every value, its default and what it means.

import { load } from 'js-yaml';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { required } from '#collections/required.js';
import { projectRoot } from '#supervisor/layout.js';
import { formattedPage } from '../formatted-page.js';
import { chartFolder, type JsonSchema, schema } from './schema.js';

export const pagePath = join(projectRoot, 'docs/reference/chart-values.md');

type Values = Readonly<Record<string, unknown>>;

export const defaults = load(readFileSync(join(chartFolder, 'values.yaml'), 'utf8')) as Values;

const isGroup = (one: JsonSchema): boolean => one.properties !== undefined;

/** Groups that every service has, or that nobody reads twice, are one line. */
const short = /\.(settings|resources|requests|limits)$/;

function rows(of: JsonSchema, values: Values, path: string): string[] {
  return Object.entries(of.properties ?? {}).flatMap(([name, one]) => {
    const key = path ? `${path}.${name}` : name;
    if (isGroup(one) && !short.test(`.${name}`))
      return rows(one, (values[name] ?? {}) as Values, key);
    return [`| \`${key}\` | ${shown(values[name])} | ${described(one)} |`];
  });
}

const described = ({ description = '', enum: names }: JsonSchema): string =>
  names
    ? `${description} One of ${names.map((name) => `\`${name || "''"}\``).join(', ')}.`
    : description;

const shown = (value: unknown): string =>
  value === '' || value === undefined ? '' : `\`${JSON.stringify(value).replaceAll('|', '\\|')}\``;

const leaves = Object.entries(schema.properties ?? {}).filter(([, one]) => !isGroup(one));
const groups = Object.entries(schema.properties ?? {}).filter(([, one]) => isGroup(one));

const table = (lines: readonly string[]): string =>
  `| value | default | meaning |\n| --- | --- | --- |\n${lines.join('\n')}\n`;

const field = (of: JsonSchema, name: string): JsonSchema => required(of.properties ?? {}, name);

const profile = field(schema, 'gpuProfiles').additionalProperties as JsonSchema;
const profileRows = Object.entries(profile.properties ?? {}).map(([name, one]) => {
  const usual = (defaults.gpuProfiles as Record<string, Values>).nvidia?.[name];
  return `| \`gpuProfiles.<name>.${name}\` | ${shown(usual)} | ${described(one)} |`;
});

const model = field(field(schema, 'models'), 'fetch').items;
const modelRows = Object.entries(model?.properties ?? {}).map(
  ([name, one]) => `| \`models.fetch[].${name}\` |  | ${described(one)} |`,
);

const pool = field(field(schema, 'inference'), 'pools').additionalProperties as JsonSchema;
const poolRows = ['models'].map(
  (name) => `| \`inference.pools.<name>.${name}\` |  | ${described(field(pool, name))} |`,
);

const moreRows: Readonly<Record<string, readonly string[]>> = {
  models: modelRows,
  inference: poolRows,
};

export async function chartValuesPage(): Promise<string> {
  const section = ([name, one]: readonly [string, JsonSchema]): string => {
    const lines = rows(one, defaults[name] as Values, name);
    return `## ${name}\n\n${one.description}\n\n${table([...lines, ...(moreRows[name] ?? [])])}`;
  };
  const text = `# Values of the chart

<!-- Written by \`npm run docs:chart\` from scripts/chart/values.ts and helm/lethe/values.yaml: change it there. -->

What \`helm install --set\` and files of values may say to [the chart](../guides/install-on-kubernetes.md). A name that is not here is refused; values that do not fit together are, too, with a sentence.

## In general

${table(rows({ properties: Object.fromEntries(leaves.filter(([name]) => name !== 'gpuProfiles')) }, defaults, ''))}
## gpuProfiles

Devices, by a name that you choose; defaults are those of \`nvidia\`, which comes with the chart.

${table(profileRows)}
${groups.map(section).join('\n')}`;
  return formattedPage(pagePath, text);
}
