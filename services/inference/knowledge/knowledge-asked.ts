// What a call wants of a knowledge base, checked.

import type { GenerateRequest__Output } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import { groundingWordings } from '#contracts/grounding.js';
import { type Artifact, artifactSchema } from '#contracts/spaces.js';
import { InvalidRequestError } from '../errors/invalid-request.error.js';
import { imagesIn } from '../images/images-in.js';

/**
 * Where a call says nothing. The mass was measured on a model that was never tuned: above it 23 of 24
 * answers were right, and one of 22 questions about nothing in the base was answered. A margin of .2 is a
 * link that is a fifth likelier than the next entity's.
 */
const DEFAULTS = { candidates: 20, minMass: -0.3, margin: 0.2 };

const MOST_CANDIDATES = 100;

export interface KnowledgeAsked {
  readonly base: Artifact;
  readonly question: string;
  /** Names of the base that it is asked as if it did not have them. */
  readonly hiddenNames: readonly string[];
  readonly candidates: number;
  readonly minMass: number;
  readonly margin: number;
  readonly retrieverWeight: number;
  readonly attributeWeight: number;
  /** Whether the question's own wording is taken as unknown. */
  readonly hidesWording: boolean;
  /** Whether the model words the answer; otherwise it is the row as it is. */
  readonly isWorded: boolean;
}

/** @throws InvalidRequestError by the field's name. */
export function knowledgeOf(request: GenerateRequest__Output): KnowledgeAsked | undefined {
  const { knowledge } = request;
  if (!knowledge) return undefined;
  refuseOthers(request);
  const { base, wording } = knowledge;
  if (!artifactSchema.safeParse(base).success || !base)
    throw wrong('base', 'the id of a space and a SHA-256 in hex');
  if (wording !== '' && !groundingWordings.some((name) => name === wording))
    throw wrong('wording', groundingWordings.join(' or '), `"${wording}"`);
  const candidates = knowledge.candidates || DEFAULTS.candidates;
  if (candidates > MOST_CANDIDATES)
    throw wrong('candidates', `at most ${MOST_CANDIDATES}`, candidates);
  return {
    base,
    question: questionOf(request),
    hiddenNames: knowledge.hiddenNames,
    candidates,
    minMass: within('min_mass', knowledge.minMass ?? DEFAULTS.minMass, -Infinity, 0),
    margin: within('margin', knowledge.margin ?? DEFAULTS.margin, 0, 100),
    retrieverWeight: weightOf('retriever_weight', knowledge.retrieverWeight),
    attributeWeight: weightOf('attribute_weight', knowledge.attributeWeight),
    hidesWording: knowledge.hidesWording,
    isWorded: wording !== 'rows',
  };
}

/** As much as the model, where nothing is said. */
const weightOf = (name: string, value = 1): number => within(name, value, 0, 100);

/** What an answer from a base cannot have besides. */
function refuseOthers(request: GenerateRequest__Output): void {
  const { form, prompt, sampling, logProbs, tokenIds, resume } = request;
  const others = {
    form,
    tools: prompt?.chat?.toolUse,
    beams: sampling?.beams,
    cad: sampling?.decoding?.strategy === 'cad',
    prefix: prompt?.prefix,
    // What is told is checked as text, and may not be the model's.
    log_probs: logProbs !== undefined,
    token_ids: tokenIds,
    resume: resume.length,
    images: imagesIn(prompt).length,
  };
  const other = Object.entries(others).find(([, isAsked]) => isAsked);
  if (other) throw new InvalidRequestError(`knowledge: goes without ${other[0]}`);
}

function questionOf({ prompt }: GenerateRequest__Output): string {
  const last = prompt?.chat?.messages.at(-1);
  if (last?.role === 'user') return last.content;
  throw new InvalidRequestError(
    'knowledge: expected a conversation whose last message is the question, of the role user',
  );
}

function within(name: string, value: number, least: number, most: number): number {
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  const expected = Number.isFinite(least) ? `from ${least} to ${most}` : `at most ${most}`;
  throw wrong(name, `a number ${expected}`, value);
}

const wrong = (name: string, expected: string, found?: string | number): InvalidRequestError =>
  new InvalidRequestError(
    `knowledge.${name}: expected ${expected}${found === undefined ? '' : `, found ${found}`}`,
  );
