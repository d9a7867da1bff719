// What `helm test` says of the release: a tenant of its own, an unlearning job, a chat.

import { secondsSince } from '../until.js';
import type { Scenario } from './scenario.js';

export const helmTest: Scenario = async ({ release, checks }) => {
  const started = performance.now();
  const said = await release.helm.test();
  const phase = /^Phase: +(\w+)/m.exec(said)?.[1] ?? 'nothing';
  checks.expect('helm test', `${phase} after ${secondsSince(started)} s`, phase === 'Succeeded');
};
