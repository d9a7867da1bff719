// TOFU's figures of models on a running platform: one evaluation run over its four sets.

import { followRun } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import { type TofuName, tofuNames } from '#contracts/tasks.js';
import { parseTofuLogs } from '#metrics/tofu/read-logs.js';
import type { TofuLogs } from '#metrics/tofu/scores.js';

export interface Asking {
  /** The sets as prepare.js wrote them. */
  readonly data: string;
  /** Questions of each set. Default: all. */
  readonly limit?: number;
  readonly maxTokens: number;
}

const fileOf: Readonly<Record<TofuName, string>> = {
  'tofu-forget': 'forget-eval',
  'tofu-retain': 'retain-eval',
  'tofu-authors': 'authors',
  'tofu-facts': 'facts',
};

/**
 * What was asked before is not asked again.
 * @returns the run's id, and logs by model.
 * @throws Error where a cell of the run did not succeed.
 */
export async function evaluate(
  client: LetheClient,
  models: readonly string[],
  { data, limit, maxTokens }: Asking,
): Promise<{ id: string; logs: ReadonlyMap<string, TofuLogs> }> {
  const tasks = await Promise.all(
    tofuNames.map(async (name) => {
      const { id } = await client.upload(`${data}/${fileOf[name]}.jsonl`);
      return { name, files: { forget: id, retain: id }, max_tokens: maxTokens };
    }),
  );
  const request = { models: [...models], tasks, ...(limit === undefined ? {} : { limit }) };
  const { id } = await followRun(client, (await client.createRun(request)).id);
  const run = await client.run(id);
  if (run.status !== 'succeeded') throw new Error(`run ${id} ${run.status}: see its cells`);
  const logs = new Map<string, TofuLogs>();
  for (const model of models) {
    const log = await client.runExport(id, 'open-unlearning', { model });
    logs.set(model, parseTofuLogs(await log.text(), `${model}'s log`));
  }
  return { id, logs };
}
