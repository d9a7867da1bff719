// The page of all environment variables, made of the schemas that read them.

import { join } from 'node:path';
import type { z } from 'zod';
import { platformEnv } from '#platform/config/platform-env.js';
import { queueEnv } from '#platform/config/queue-env.js';
import { clientEnvSchema } from '#supervisor/env.js';
import { projectRoot } from '#supervisor/layout.js';
import { testEnvSchema } from '#testing/env.js';
import { envSchema as augmentation } from '../../services/augmentation/env.js';
import { envSchema as evaluation } from '../../services/evaluation/env.js';
import { envSchema as gateway } from '../../services/gateway/env.js';
import { envSchema as inference } from '../../services/inference/env.js';
import { envSchema as training } from '../../services/training/env.js';
import { formattedPage } from '../formatted-page.js';
import { type Setting, settingsOf } from './setting.js';

export const pagePath = join(projectRoot, 'docs/reference/settings.md');

const own = ({ shape }: z.ZodObject): Setting[] =>
  settingsOf(shape).filter(({ name }) => !(name in platformEnv || name in queueEnv));

export const sections: readonly (readonly [title: string, about: string, Setting[]])[] = [
  [
    'The lethe command',
    'Read by `lethe` and by what runs behind `lethe up`, which hands all other variables on to the services (secrets to those alone that use them) and sets `REDIS_URL`, `ARTIFACTS`, `KEYS`, `ROOT_KEYS`, `MODEL_DIRS`, `INFERENCE_URL`, `SHUTDOWN_MS`, `RECEIPT_SIGNING_KEY`, the ports, and the [certificates and keys between services](../guides/certificates.md) for them.',
    settingsOf(clientEnvSchema.shape),
  ],
  ['Every service', 'The services below understand these too.', settingsOf(platformEnv)],
  [
    'Every service but inference',
    'Those that take or add jobs: inference needs no Redis.',
    settingsOf(queueEnv),
  ],
  ['gateway', 'The HTTP API, on `PORT`.', own(gateway)],
  ['augmentation', 'The queue worker that writes safe answers.', own(augmentation)],
  ['training', 'The queue worker that trains adapters.', own(training)],
  ['inference', 'The gRPC service that generates and scores.', own(inference)],
  ['evaluation', 'The queue worker that asks and judges.', own(evaluation)],
  [
    'Tests and benchmarks',
    'Read by `make test` and `make bench`.',
    settingsOf(testEnvSchema.shape),
  ],
];

const row = ({ name, value, fallback = '', description = '' }: Setting): string =>
  `| \`${name}\` | ${value} | ${fallback} | ${description} |`;

const section = ([title, about, settings]: (typeof sections)[number]): string => `
## ${title}

${about}

| variable | value | default | meaning |
| --- | --- | --- | --- |
${settings.map(row).join('\n')}
`;

export async function settingsPage(): Promise<string> {
  const text = `# Settings

<!-- Written by \`npm run docs:settings\` from the schemas in env.ts of each service: change it there. -->

Environment variables. An empty one counts as absent; one that does not fit stops the process with a line that names the variable and what was expected.
${sections.map(section).join('')}`;
  return formattedPage(pagePath, text);
}
