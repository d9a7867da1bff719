// The official OpenAI client, through a port: upload, unlearn, follow, talk to what came of it.

import type OpenAI from 'openai';
import { follow } from '#client/follow.js';
import { model, shortJob } from '../../testing/short-job.js';
import { secondsSince } from '../until.js';
import type { Scenario } from './scenario.js';

export const request: Scenario = async ({ release, checks }) => {
  const client = await release.tenant('request');
  const { openai } = client;
  const models = (await openai.models.list()).data.map(({ id }) => id);
  checks.expect('the built-in model is listed', models.join(), models.includes(model));
  const started = performance.now();
  const body = (await shortJob(client, 4)) as unknown as OpenAI.FineTuning.JobCreateParams;
  const { id } = await openai.fineTuning.jobs.create(body);
  const job = await follow(client, id, { every: 1000 });
  const seen = `${job.status} ${job.error?.message ?? ''}`;
  checks.expect('a request to forget succeeds', seen, job.status === 'succeeded');
  checks.figure('seconds that it took', secondsSince(started));
  const { choices } = await openai.chat.completions.create({
    model: job.fine_tuned_model ?? 'none',
    messages: [{ role: 'user', content: 'Where does Ada Quill live?' }],
    max_tokens: 16,
  });
  const answer = choices[0]?.message.content ?? '';
  checks.expect('its model answers', `${answer.length} characters`, answer.length > 0);
};
