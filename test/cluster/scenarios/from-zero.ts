// The last replica of inference goes: gateways stay ready, a call waits for the next and is counted for
// whoever scales, and is answered once it is there.

import { model } from '../../testing/short-job.js';
import { Forward } from '../forward.js';
import type { Kubectl } from '../kubectl.js';
import { isReady, podsOf } from '../pods.js';
import { secondsSince, until } from '../until.js';
import type { Scenario } from './scenario.js';

const HOLD_MS = 600_000;
const METRICS_PORT = 8080;
const LOOK_MS = 60_000;
const INFERENCE = 'app.kubernetes.io/component=inference';

/** As the chart sets it where replicas may be none; here the suite scales, not KEDA. */
const holding = {
  gateway: { extraEnv: [{ name: 'INFERENCE_HOLD_MS', value: String(HOLD_MS) }] },
};

export const fromZero: Scenario = async ({ release, checks }) => {
  const { kubectl } = release;
  const before = await podsOf(kubectl, 'gateway');
  await release.install(holding);
  await release.ready();
  // The suite's own port ends with the gateway that it met first.
  await untilGone(
    kubectl,
    before.map(({ metadata }) => `pod/${metadata.name}`),
  );
  const { openai } = await release.tenant('from-zero', 0);
  const listed = (await openai.models.list()).data.length;
  await release.scale('inference', 0);
  // One that is on its way out answers as long as it can.
  await untilGone(kubectl, ['pod', '--selector', INFERENCE]);
  try {
    const models = (await openai.models.list()).data.length;
    checks.expect('models are listed without a replica', models, models === listed);
    const asked = openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'Where does Ada Quill live?' }],
      max_tokens: 16,
    });
    // It is looked at below, whatever fails before.
    asked.catch(() => undefined);
    const { found, seconds } = await until('a call is held', LOOK_MS, async () => {
      const held = await heldCalls(kubectl);
      return held > 0 ? held : undefined;
    });
    checks.expect('calls that gateways hold', `${found} after ${seconds} s`, found === 1);
    const gateways = await podsOf(kubectl, 'gateway');
    const ready = gateways.filter(isReady).length;
    checks.expect('gateways that are ready', ready, ready === gateways.length);
    const started = performance.now();
    await release.scale('inference', 1);
    checks.figure('seconds of the first replica until it was ready', secondsSince(started));
    const { choices } = await asked;
    const answer = choices[0]?.message.content ?? '';
    checks.expect('the call is answered', `after ${secondsSince(started)} s`, answer.length > 0);
  } finally {
    await release.scale('inference', 1);
    await release.install({ gateway: { extraEnv: [] } });
  }
};

/** Waits until pods are no more. */
const untilGone = (kubectl: Kubectl, pods: readonly string[]): Promise<string> =>
  kubectl.run(['wait', '--for=delete', ...pods, '--timeout=120s'], { ms: 130_000 });

/** Of all gateways. */
async function heldCalls(kubectl: Kubectl): Promise<number> {
  let calls = 0;
  for (const { metadata } of await podsOf(kubectl, 'gateway')) {
    const forward = await Forward.open(kubectl, `pod/${metadata.name}`, METRICS_PORT);
    try {
      const text = await (await fetch(`http://127.0.0.1:${forward.port}/metrics`)).text();
      calls += Number(/^lethe_inference_calls_held\{.*\} (\d+)$/m.exec(text)?.[1] ?? 0);
    } finally {
      forward.close();
    }
  }
  return calls;
}
