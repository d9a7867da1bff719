// What a question is linked to at each of many retriever weights, of few answers.

import { first, item, last } from '#collections/items.js';
import type { GroundingSettings } from '#contracts/grounding.js';
import type { KnowledgeRow } from '#contracts/knowledge-report.js';

/** Masses of one path differ by what is in a batch with it. */
const SAME_MASS = 1e-3;

/**
 * A link's score is linear in the weight. So what is likeliest at two weights is so at all between them,
 * and they are not asked: there its margin is at least what lies on the line between those at both.
 * @param settings from the least weight up.
 * @returns a row of each, in their order.
 */
export async function overWeights(
  settings: readonly GroundingSettings[],
  ask: (settings: GroundingSettings) => Promise<KnowledgeRow>,
): Promise<KnowledgeRow[]> {
  const low = await ask(first(settings));
  if (settings.length === 1) return [low];
  return between(low, await ask(last(settings)), settings.slice(1, -1), ask);
}

/** Both ends and all between them. */
async function between(
  low: KnowledgeRow,
  high: KnowledgeRow,
  settings: readonly GroundingSettings[],
  ask: (settings: GroundingSettings) => Promise<KnowledgeRow>,
): Promise<KnowledgeRow[]> {
  if (settings.length === 0) return [low, high];
  if (isSameLink(low, high)) return [low, ...settings.map((one) => onLine(low, high, one)), high];
  const at = settings.length >> 1;
  const middle = await ask(item(settings, at));
  const below = await between(low, middle, settings.slice(0, at), ask);
  const above = await between(middle, high, settings.slice(at + 1), ask);
  return [...below, ...above.slice(1)];
}

const isSameLink = (one: KnowledgeRow, other: KnowledgeRow): boolean =>
  one.status === other.status &&
  one.link?.entity === other.link?.entity &&
  one.link?.attribute === other.link?.attribute &&
  Math.abs(one.mass - other.mass) < SAME_MASS;

/** What is tried says its weight. */
const weightOf = ({ retriever_weight: weight = NaN }: GroundingSettings): number => weight;

function onLine(low: KnowledgeRow, high: KnowledgeRow, settings: GroundingSettings): KnowledgeRow {
  const from = weightOf(low.settings);
  const share = (weightOf(settings) - from) / (weightOf(high.settings) - from);
  return { ...low, settings, margin: low.margin + share * (high.margin - low.margin) };
}
