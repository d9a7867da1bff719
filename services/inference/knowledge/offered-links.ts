// The links that a model chooses among: names of the candidates by attributes of their types, and none.

import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import type { LinkPath } from '#generation/linking/link.js';
import { type HiddenNames, hiddenNames } from '#knowledge/retrieval/candidates.js';
import { normalText } from '#knowledge/texts/normal-text.js';
import type { CandidateTexts, FoundTexts, LinkNames } from './base-protocol.js';
import type { EntityTokens, RowTokens } from './link-tokens.js';

/** What a path of tokens says. */
export interface OfferedLink extends LinkNames {
  readonly entityId: string;
  /** What is read of the row that it names. */
  readonly row: RowTokens;
}

export interface Offer {
  readonly paths: readonly LinkPath[];
  /** By path; that of the question that nothing is meant by has none. */
  readonly links: readonly (OfferedLink | undefined)[];
  /** Names and attributes that the tokenizer cannot say together. */
  readonly unsayable: number;
}

interface OfferOptions {
  /** Names that are not offered, whatever the candidates have. */
  readonly hiddenNames: readonly string[];
  readonly noLink: readonly number[];
  /** What the retriever counts beside the model, and what the question's wording does. */
  readonly weight: number;
  readonly attributeWeight: number;
  /** Whether the model reads the row and goes on. */
  readonly isWorded: boolean;
}

/**
 * A path weighs ln(score / best score), and none as much as a name that is only spelt alike: what the
 * question says word for word goes before none, and all else after it. Of an entity's links, each weighs
 * ln(p / best p) besides, of the probability that the question's wording asks for its attribute: the best
 * nothing, so that entities are compared as without it.
 */
export function offeredLinks(
  { candidates, likeness }: FoundTexts,
  tokens: readonly EntityTokens[],
  { hiddenNames: names, noLink, weight, attributeWeight, isWorded }: OfferOptions,
): Offer {
  const hidden = hiddenNames(names);
  const best = candidates[0]?.score ?? likeness;
  const weigh = (score: number): number => weight * Math.log(score / best);
  const none: LinkPath = { tokens: noLink, weight: weigh(likeness), group: -1 };
  const paths: LinkPath[] = [none];
  const links: (OfferedLink | undefined)[] = [undefined];
  const offered = new Set([String(noLink)]);
  let unsayable = 0;
  for (const [group, [candidate, entity]] of zip(candidates, tokens).entries()) {
    const mostAsked = Math.max(...candidate.asked);
    for (const { said, link, asked } of linksOf(candidate, entity, hidden)) {
      if (said.length === 0) unsayable += 1;
      // Of those that two entities share, the likelier's counts; what it means is looked up.
      const spelt = String(said);
      if (said.length === 0 || offered.has(spelt)) continue;
      offered.add(spelt);
      const isRead = isWorded && link.row.values > 0;
      const after = isRead ? { after: link.row.tokens } : {};
      const ofAttribute = attributeWeight * Math.log(asked / mostAsked);
      const total = weigh(candidate.score) + ofAttribute;
      paths.push({ tokens: said, weight: total, group, ...after });
      links.push(link);
    }
  }
  return { paths, links, unsayable };
}

function linksOf(
  { id: entityId, names, attributes, asked }: CandidateTexts,
  { links, rows }: EntityTokens,
  hidden: HiddenNames,
): { said: readonly number[]; link: OfferedLink; asked: number }[] {
  return names.flatMap((name, n) =>
    hidden.has(normalText(name))
      ? []
      : attributes.map((attribute, a) => ({
          said: item(links, n * attributes.length + a),
          link: { name, attribute, entityId, row: item(rows, a) },
          asked: item(asked, a),
        })),
  );
}
