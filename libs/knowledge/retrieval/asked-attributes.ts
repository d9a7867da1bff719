// Which attribute a question asks for, by how people are known to ask for each: naive Bayes over what its
// wordings are written with, smoothed by Laplace's rule.

import { questionOf, wordingsFor } from '../questions/questions.js';
import { type Language, languageOf } from '../texts/language.js';
import { normalText } from '../texts/normal-text.js';
import { scriptTermsOf } from './terms.js';

/** Of wordings that are held out, so many are not told by the others: that share goes to all alike. */
const UNTOLD = 0.3;
const NAME = '{name}';

interface Wording {
  /** What stands around the name, as texts are compared. */
  readonly around: readonly string[];
  readonly terms: ReadonlySet<string>;
}

export interface AskedWords {
  /** The question without the names that it says. */
  readonly words: string;
  /** The whole question, where the wording that it is made of is taken as unknown. */
  readonly unknown?: string | undefined;
}

export class AskedAttributes {
  private readonly byLanguage = new Map<Language, AttributeWordings>();

  constructor(private readonly attributes: readonly string[]) {}

  /** @returns the probability that each attribute is asked for, in their order. */
  of(asked: AskedWords): number[] {
    const language = languageOf(asked.words);
    const known = this.byLanguage.get(language) ?? new AttributeWordings(this.attributes, language);
    this.byLanguage.set(language, known);
    return known.of(asked);
  }
}

class AttributeWordings {
  private readonly wordings: readonly (readonly Wording[])[];
  private readonly vocabulary: ReadonlySet<string>;

  constructor(attributes: readonly string[], language: Language) {
    this.wordings = attributes.map((attribute) => wordingsOf(attribute, language));
    this.vocabulary = new Set(this.wordings.flat().flatMap(({ terms }) => [...terms]));
  }

  of({ words, unknown }: AskedWords): number[] {
    const terms = [...new Set(scriptTermsOf(words))].filter((term) => this.vocabulary.has(term));
    const question = unknown === undefined ? undefined : normalText(unknown);
    const fits = this.wordings.map((wordings) => {
      const known = question === undefined ? wordings : wordings.filter((w) => !asks(w, question));
      return this.logProb(terms, known);
    });
    return shared(softmax(fits));
  }

  private logProb(terms: readonly string[], wordings: readonly Wording[]): number {
    const all = wordings.reduce((sum, one) => sum + one.terms.size, this.vocabulary.size);
    return terms.reduce((sum, term) => {
      const count = wordings.filter((one) => one.terms.has(term)).length;
      return sum + Math.log((count + 1) / all);
    }, 0);
  }
}

function wordingsOf(attribute: string, language: Language): Wording[] {
  const { own, general } = wordingsFor(attribute, language);
  return [...own, ...general].map((wording) => {
    const around = questionOf(wording, NAME, attribute).split(NAME);
    return { around: around.map(normalText), terms: new Set(scriptTermsOf(around.join(' '))) };
  });
}

/** Whether a question is the wording, with any name in it. */
const asks = ({ around }: Wording, question: string): boolean =>
  question.startsWith(around.at(0) ?? '') && question.endsWith(around.at(-1) ?? '');

function softmax(logs: readonly number[]): number[] {
  const most = Math.max(...logs);
  const parts = logs.map((log) => Math.exp(log - most));
  const sum = parts.reduce((all, part) => all + part, 0);
  return parts.map((part) => part / sum);
}

const shared = (probabilities: readonly number[]): number[] =>
  probabilities.map((p) => (1 - UNTOLD) * p + UNTOLD / probabilities.length);
