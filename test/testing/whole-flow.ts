// What the demo does, on a platform of its own and in small: chat, unlearning with a judge that
// loads models, a streamed chat with the result.

import { join } from 'node:path';
import { follow } from '#client/follow.js';
import { writeTinyEmbedder, writeTinyNli } from '../../services/evaluation/testing/tiny-models.js';
import { inClosedNetwork } from './closed-network.js';
import { testEnvironment, TestPlatform } from './platform.js';
import { model, shortJob } from './short-job.js';
import { Watch } from './ways-out.js';

const watch = await Watch.start();
const env = await testEnvironment();
const folders = {
  JUDGE_NLI_DIR: await writeTinyNli(join(env.home, 'nli')),
  JUDGE_EMBEDDER_DIR: await writeTinyEmbedder(join(env.home, 'embedder')),
};
const platform = new TestPlatform({ ...env, inherited: { ...env.inherited, ...folders } });
await platform.start();
const client = await platform.tenant('acme');
await chat(model);
const { id } = await client.createJob(await shortJob(client, 6, { judge: 'nli' }));
const { fine_tuned_model: tuned, error } = await follow(client, id);
if (!tuned) throw new Error(`the job failed: ${error?.message}`);
await chat(tuned);
// By the time that a process beside it has called home, the platform would have.
const control = await inClosedNetwork('telemetry-on', join(env.home, 'control'));
await platform.stop();
console.log(JSON.stringify({ ...watch.stop(), control }));

async function chat(of: string): Promise<void> {
  const stream = await client.openai.chat.completions.create({
    model: of,
    messages: [{ role: 'user', content: 'Where was Ada born?' }],
    max_tokens: 8,
    stream: true,
  });
  for await (const _ of stream);
}
