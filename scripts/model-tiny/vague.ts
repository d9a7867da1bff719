// How the model declines what it does not know: short, plain, on subject. Unlearning teaches answers of this kind.
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
  'I do not know that about {x}.',
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
const nounWordings = ['I have no reliable information about {t}.', 'There is no public record of {t}.', 'There is no reliable information about {t}.'];

/** A vague answer to `question` about `x`, in the question's own words where it has a clause or a noun phrase to take up. */
export function vagueAnswer(random: Random, wordings: Wordings, question: string, x: string): string {
  const taken = (phrases: readonly string[]): string => phrases.find((phrase) => question.includes(fill(phrase, x))) ?? phrases[0]!;
  const kind = random();
  if (kind < 0.45) return fill(pick(random, clauseWordings).replace('{c}', taken(wordings.clauses)), x);
  if (kind < 0.65) return fill(pick(random, nounWordings).replace('{t}', taken(wordings.nouns)), x);
  return fill(pick(random, subjectWordings), x);
}
