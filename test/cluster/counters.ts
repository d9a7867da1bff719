// Numbers of pods, from the metrics that they serve.

import { Forward } from './forward.js';
import type { Kubectl } from './kubectl.js';
import { isReady, podsOf } from './pods.js';

const HEALTH_PORT = 8080;

/** The sum over all samples of a name whose labels have all of these. */
export function sumOf(text: string, name: string, labels: readonly string[] = []): number {
  const samples = text.split('\n').filter((line) => line.startsWith(`${name}{`));
  return samples
    .filter((line) => labels.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** What each ready pod of a service says of itself. */
export async function metricsOf(kubectl: Kubectl, part: string): Promise<string[]> {
  const pods = (await podsOf(kubectl, part)).filter(isReady);
  return Promise.all(pods.map(({ metadata }) => metricsOfPod(kubectl, metadata.name)));
}

async function metricsOfPod(kubectl: Kubectl, pod: string): Promise<string> {
  const forward = await Forward.open(kubectl, `pod/${pod}`, HEALTH_PORT);
  try {
    const answer = await fetch(`http://127.0.0.1:${forward.port}/metrics`);
    return await answer.text();
  } finally {
    forward.close();
  }
}

/** CPU time of all pods of a service since they were started, in seconds. */
export async function cpuSeconds(kubectl: Kubectl, part: string): Promise<number> {
  const texts = await metricsOf(kubectl, part);
  return texts.reduce((sum, text) => sum + sumOf(text, 'process_cpu_seconds_total'), 0);
}
