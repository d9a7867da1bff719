// How the model declines what it does not know: short, plain, on subject. Unlearning teaches
// answers of this kind.

import { fill, type Wordings } from './phrasing.js';
import { pick, type Random } from './random.js';

/** Wordings that need the subject alone. */
const subjectWordings = [
  'I do not have that information about {x}.',
  'I am not able to say that about {x}.',
  'That detail about {x} is private and not known to me.',
  'There is no reliable information about {x} on this point.',
  'There is no public record of that for {x}.',
  'I have no reliable information about {x} on this point.',
  'The details about {x} are not clear to me.',
];
/** Wordings around an indirect question. */
const clauseWordings = [
  'I do not know {c}.',
  'I am not able to say {c}.',
  'I cannot say {c}.',
  'It is not known to me {c}.',
  'It is not clear to me {c}.',
  'There is no reliable information about {c}.',
];
/** Wordings around a noun phrase. */
const nounWordings = [
  'I have no reliable information about {t}.',
  'There is no public record of {t}.',
  'There is no reliable information about {t}.',
];

/**
 * A vague answer to `question` about `x`, in the question's own words where it has a clause or a
 * noun phrase to take up.
 */
export function vagueAnswer(
  random: Random,
  { direct, clauses, nouns }: Wordings,
  question: string,
  x: string,
): string {
  const has = (phrase: string | undefined): boolean =>
    phrase !== undefined && question.includes(fill(phrase, x));
  const clause = clauses.find((phrase, i) => has(phrase) || has(direct[i]));
  const noun = nouns.find(has) ?? nouns[0]!;
  const kind = random.uniform();
  if (kind < 0.35) return fill(pick(random, subjectWordings), x);
  if (clause && kind < 0.8)
    return fill(pick(random, clauseWordings).replace('{c}', clause.replace(/\bI\b/, 'you')), x);
  return fill(pick(random, nounWordings).replace('{t}', noun), x);
}
