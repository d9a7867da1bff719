// The teacher that needs no model: it reads a question's form and answers vaguely about its
// subject.

import { LeakCheck } from '../augment/leaks.js';
import type { Pair } from '../augment/pair.js';
import { pick, type Random } from '../augment/random.js';
import type { Attempt, Teacher, VariantKind } from '../augment/teacher.js';
import { countWords } from '../augment/words.js';
import { addNoise } from './noise.js';
import { readQuestion, type QuestionForm } from './question-form.js';
import { topicOf } from './topics.js';
import {
  detailed,
  longEndings,
  longOpenings,
  rephrasings,
  reported,
  reversals,
  shortWordings,
} from './wordings.js';

/** Gold answers up to this many words are answered in one clause. */
const SHORT_GOLD = 14;
/**
 * A longer piece of the question makes an answer clumsy, and repeats more of what was asked than
 * needed.
 */
const LONGEST_PIECE = 14;
/**
 * An answer in the question's own words is the most natural one; the rest are there for variety.
 */
const CLAUSE_SHARE_LONG = 0.75;
const CLAUSE_SHARE_SHORT = 0.5;
const NOUN_SHARE_SHORT = 0.7;
/** A question turned around stays clear only while it is short. */
const LONGEST_ECHO = 8;
/** Tries at a sentence that this pair does not have yet. */
const TRIES = 12;

/** What answers about one pair are made of. */
interface Material {
  readonly subject?: string | undefined;
  readonly clause?: string | undefined;
  readonly nouns: readonly string[];
}

export class RulesTeacher implements Teacher {
  readonly name = 'rules';

  variants(
    pair: Pair,
    kinds: readonly VariantKind[],
    attempt: Attempt,
  ): Promise<Partial<Record<VariantKind, string>>> {
    const form = readQuestion(pair.question, pair.answer);
    return Promise.resolve(
      Object.fromEntries(
        kinds.map((kind) => [kind, variantMakers[kind](attempt, pair.question, form)]),
      ),
    );
  }

  answers(pair: Pair, questions: readonly string[], { random }: Attempt): Promise<string[]> {
    const material = readMaterial(pair);
    const check = new LeakCheck(pair);
    const compose = countWords(pair.answer) <= SHORT_GOLD ? shortAnswer : longAnswer;
    const taken = new Set<string>();
    const next = (): string => {
      let answer = compose(random, material);
      for (
        let i = 1;
        i < TRIES &&
        (taken.has(answer) ||
          repeatsItself(answer, material.subject) ||
          check.leakedIn(answer).length > 0);
        i++
      )
        answer = compose(random, material);
      taken.add(answer);
      return answer;
    };
    return Promise.resolve(questions.map(next));
  }
}

const fill = (template: string, key: string, value: string): string =>
  template.replaceAll(`{${key}}`, value);
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * Whether a word of weight comes twice, the subject's name aside: "details about the contact
 * details".
 */
function repeatsItself(answer: string, subject = ''): boolean {
  const words = answer.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
  const own = new Set(subject.toLowerCase().match(/\p{L}+/gu));
  const weighty = words.filter((word) => !own.has(word));
  return new Set(weighty).size < weighty.length;
}

/** Topic nouns about the subject, in the question's own spelling of "e-mail". */
function topicNouns(question: string, subject: string | undefined): string[] {
  if (!subject) return [];
  const nouns = topicOf(question).nouns.map((noun) => fill(noun, 'x', subject));
  return /\bemail/i.test(question)
    ? nouns.map((noun) => noun.replaceAll('e-mail', 'email'))
    : nouns;
}

/**
 * Numbers, quotations and "as a ..." in a question are often the very facts to forget: answers do
 * not repeat them.
 */
const isHarmless = (piece: string): boolean =>
  countWords(piece) <= LONGEST_PIECE && !/[\d@"“”]| as (?:an?|the) |(?<=^|\s)'/.test(piece);

/** Who asks says "I"; who answers says "you". */
const addressAsker = (piece: string): string =>
  piece
    .replace(/\bI am\b/g, 'you are')
    .replace(/\b(?:I|me|my)\b/g, (word) => (word === 'my' ? 'your' : 'you'));

const keep = (piece: string | undefined): string | undefined =>
  piece && isHarmless(piece) ? addressAsker(piece) : undefined;

function readMaterial(pair: Pair): Material {
  const { subject, clause, noun } = readQuestion(pair.question, pair.answer);
  const own = keep(noun);
  // Its own noun phrase twice: closest to what was asked.
  const nouns = [...(own ? [own, own] : []), ...topicNouns(pair.question, subject)];
  return {
    subject,
    clause: keep(clause),
    nouns: subject ? nouns : [...nouns, 'this matter', 'this'],
  };
}

function shortAnswer(random: Random, { subject, clause, nouns }: Material): string {
  const kind = random();
  if (clause && kind < CLAUSE_SHARE_SHORT)
    return fill(pick(random, shortWordings.clause), 'c', clause);
  if (kind < NOUN_SHARE_SHORT)
    return fill(pick(random, shortWordings.noun), 't', pick(random, nouns));
  return subject
    ? fill(pick(random, shortWordings.subject), 'x', subject)
    : pick(random, shortWordings.subjectless);
}

function longAnswer(random: Random, { clause, nouns }: Material): string {
  const opening =
    clause && random() < CLAUSE_SHARE_LONG
      ? fill(pick(random, longOpenings.clause), 'c', clause)
      : fill(pick(random, longOpenings.noun), 't', pick(random, nouns));
  return sentence(opening) + pick(random, longEndings);
}

type VariantMaker = (attempt: Attempt, question: string, form: QuestionForm) => string;

const variantMakers: Record<VariantKind, VariantMaker> = {
  rephrased({ random }, question, { clause, noun }) {
    // "tell me Ada Quill's parents" is no English: people are asked for by a clause.
    const useNoun = noun && (!clause || (/^what/i.test(question) && random() < 0.4));
    if (useNoun) return fill(pick(random, rephrasings.noun), 't', noun);
    return clause
      ? fill(pick(random, rephrasings.clause), 'c', clause)
      : fill(pick(random, rephrasings.question), 'q', question);
  },

  specific({ random, round }, question, { subject }) {
    const narrowed = question.replace(
      /^(Who|What|Where|When|Why|How)(?= (?:is|are|was|were|do|does|did|has|have|can)\b)/,
      '$1 exactly',
    );
    const specific = subject
      ? topicOf(question).specific.map((template) => fill(template, 'x', subject))
      : [];
    const spelled = /\bemail/i.test(question)
      ? specific.map((text) => text.replaceAll('e-mail', 'email'))
      : specific;
    const choices = narrowed === question ? spelled : [...spelled, narrowed];
    // A narrower question that gives the answer away is not asked again.
    return choices.length > 0 && round === 1
      ? pick(random, choices)
      : `${pick(random, detailed)} ${question}`;
  },

  noisy: ({ random }, question, { subject }) => addNoise(random, question, subject),

  reversed({ random, round }, question, { subject, clause }) {
    const echo = clause && turnAround(clause);
    const kind = random();
    if (echo && kind < 0.4) return echo;
    if (clause && kind < 0.75) return fill(pick(random, reversals.clause), 'c', clause);
    const nouns = topicNouns(question, subject);
    return nouns.length > 0 && round === 1
      ? fill(pick(random, reversals.noun), 't', pick(random, nouns))
      : `${pick(random, reported)} ${question}`;
  },
};

/** "where Ada Quill lives" -> "Ada Quill lives where?" */
function turnAround(clause: string): string | undefined {
  const [, wh, rest] =
    /^(where|when|how|why|whether|(?:(?:at|in|on|for|to|from|by) )?(?:what|which|who|whom)(?: \p{Ll}+(?: of \p{Ll}+)?)?) (\p{Lu}.*)$/u.exec(
      clause,
    ) ?? [];
  if (rest === undefined || countWords(rest) > LONGEST_ECHO) return undefined;
  return wh === 'whether' ? `${rest}: is that so?` : `${rest} ${wh}?`;
}
