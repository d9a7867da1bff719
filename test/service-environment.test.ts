// Checks that `lethe up` gives no service the secret of another: against what each of them reads.

import { expect, test } from 'vitest';
import { isSecret } from '#platform/config/load-env.js';
import { clientEnvSchema } from '#supervisor/env.js';
import { environmentOf, services } from '#supervisor/service-environment.js';
import { testEnvSchema } from '#testing/env.js';
import { envSchema as augmentation } from '../services/augmentation/env.js';
import { envSchema as evaluation } from '../services/evaluation/env.js';
import { envSchema as gateway } from '../services/gateway/env.js';
import { envSchema as inference } from '../services/inference/env.js';
import { envSchema as training } from '../services/training/env.js';

const schemas = { augmentation, evaluation, gateway, inference, training };
const names = [...Object.values(schemas), clientEnvSchema, testEnvSchema].flatMap(({ shape }) =>
  Object.keys(shape),
);
const all = Object.fromEntries(names.map((name) => [name, 'x']));

test.each(services)('%s is given its own secrets, and no other', (service) => {
  const given = Object.keys(environmentOf(service, all));
  const own = Object.keys(schemas[service].shape);
  expect(given).toEqual(expect.arrayContaining(own));
  expect(given.filter(isSecret).toSorted()).toEqual(own.filter(isSecret).toSorted());
});
