// What a question asks for, as pieces to build sentences from: an indirect question, and a noun
// phrase.

import { item, last } from '#collections/items.js';
import { findSubject } from './subject.js';
import { baseVerbs, isParticiple, pastTense, thirdPerson } from './verbs.js';

export interface QuestionForm {
  /** The name it is about: "Ada Quill". */
  readonly subject?: string | undefined;
  /** The question in a statement's word order: "where Ada Quill lives". */
  readonly clause?: string | undefined;
  /** What "what is ..." asks for: "the home address of Ada Quill". */
  readonly noun?: string | undefined;
}

const greeting =
  /^(?:(?:hello|hi|hey)[.,!]?\s+|(?:a|quick|i have a) question[:.]\s+|please answer this:\s+)/i;
const polite = /,? please(?=[.?!]*$)/i;
const requests = [
  /^(?:please )?(?:can|could|would|will) you (?:please |happen to )?(?:tell me|say|name|describe|share|give(?: me)?|provide|list|mention|explain|discuss|recall|remember|know|generate|elaborate on|surmise|speculate on|shed light on)(?: more)?(?: about)? /i,
  /^what (?:can|could) you (?:tell me|say) about /i,
  /^(?:do|would) (?:you|we) (?:happen to )?(?:know|remember) /i,
  /^are you able to tell me /i,
  /^i (?:would|should) like to (?:know|learn|have) /i,
  /^i (?:want|need|have|am trying) to (?:know|find out|find|learn) /i,
  /^i (?:am looking for|wonder) /i,
  /^let me (?:know|have) /i,
  /^(?:please )?(?:tell me(?: more)?(?: about)?|say|state|name|give me|describe|explain|share|list) /i,
];
const whWord =
  /^(?:(?:who|whose|where|when|why|how)|(?:(?:at|by|for|from|in|of|on|to|with) )?(?:whom|what|which))$/i;
const auxiliary =
  /^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|might|may)$/i;
const notBeforeVerb =
  /^(?:the|a|an|this|these|his|her|its|their|some|any|of|in|on|at|for|from|with|about|to|and|or|as|by|personal|literary|own|early)$/i;
/** "In the book ..., what": a phrase before the question proper. */
const lead =
  /^(?:in|regarding|based on|according to|other than|apart from|besides|as)\b[^?]*?, (?=(?:what|who|where|when|why|how|which|do|does|did|is|are|has|have)\b)/i;
const alsoNoun =
  /^(?:work|influence|impact|experience|research|design|study|play|travel|change|support|love|use|value|interest|focus|record|book)$/;
const predicateAdjective =
  /^(?:next|unique|special|notable|known|unusual|important|different|interesting|remarkable|distinctive)$/i;
const adverb =
  /^(?:currently|now|often|usually|primarily|directly|also|still|ever|always|mainly|typically|originally|initially|deeply|significantly|greatly|best|most|both|all)$/i;

/**
 * Reads a question's form. Pieces that its grammar does not give away are absent rather than wrong.
 */
export function readQuestion(question: string, answer: string): QuestionForm {
  const subject = findSubject(question, answer);
  const plain = question
    .replace(/[‘’]/g, "'")
    .trim()
    .replace(greeting, '')
    .replace(lead, '')
    .replace(/^(what|who|where|how)'s\b/i, '$1 is')
    .replace(polite, '')
    .trim();
  const request = requests.find((pattern) => pattern.test(plain));
  const inner = (request ? plain.replace(request, '') : plain).replace(/(?<![.?!\s])[.?!\s]+$/, '');
  const found = request ? readObject(inner) : readSentence(inner, subject);
  return {
    subject,
    ...(found?.clause && isSound(found.clause) ? { clause: found.clause } : {}),
    ...(found?.noun && isSound(found.noun) ? { noun: found.noun } : {}),
  };
}

/** Two questions in one, or an unclosed quotation, do not fit into another sentence. */
const isSound = (piece: string): boolean =>
  !/[?!;]|\b(?:and|or) (?:what|how|who|where|when|why|is|are|do|does|has|have)\b| like (?:at|in|for|to)\b|\bwe know\b/.test(
    piece,
  ) && (piece.match(/["“”]/g) ?? []).length % 2 === 0;

/** "where Ada Quill lives", "the address of Ada Quill": the object of a request is ready to use. */
function readObject(inner: string): { clause?: string; noun?: string } | undefined {
  const [first = ''] = inner.split(' ');
  if (
    whWord.test(first) ||
    /^(?:in|at|on|from|to|for|by) (?:which|what|whom)\b/i.test(inner) ||
    /^(?:if|whether)$/i.test(first)
  ) {
    return { clause: lowerFirst(inner) };
  }
  if (/^(?:the|a|an|some|any|another|his|her|their)$/i.test(first) || /'s?\b/.test(inner))
    return { noun: lowerArticle(inner) };
  return undefined;
}

function readSentence(
  inner: string,
  subject: string | undefined,
): { clause?: string; noun?: string } | undefined {
  const words = inner.split(/\s+/);
  const [opening = '', ...others] = words;
  if (auxiliary.test(opening)) {
    const clause = uninvert('whether', opening.toLowerCase(), others, subject);
    return clause ? { clause } : undefined;
  }
  const opensWithWh = whWord.test(opening) || whWord.test(words.slice(0, 2).join(' '));
  if (!opensWithWh) return echoQuestion(inner);
  const at = words.findIndex((word, i) => i > 0 && auxiliary.test(word));
  const wh = lowerFirst(words.slice(0, at === -1 ? words.length : at).join(' '));
  // The wh-word is itself the subject: "what inspired Ada Quill", "who employs Ada Quill".
  if (at === -1) return { clause: lowerFirst(inner) };
  const aux = item(words, at).toLowerCase();
  const rest = words.slice(at + 1);
  if (rest.length === 0) return { clause: lowerFirst(inner) };
  if (/^(?:what|who)$/.test(wh) && /^(?:is|are|was|were)$/.test(aux))
    return readBe(wh, aux, rest, subject);
  const clause = uninvert(wh, aux, rest, subject);
  return clause ? { clause } : undefined;
}

/** "Ada Quill lives at which address": a statement with its question at the end. */
function echoQuestion(inner: string): { clause: string } | undefined {
  const match =
    /^(.+?) ((?:(?:at|in|on|for|to|from|of|by|with) )?(?:which|what|whom|where)\b.*)$/i.exec(inner);
  return match ? { clause: `${match[2]} ${match[1]}` } : undefined;
}

function readBe(
  wh: string,
  aux: string,
  rest: string[],
  subject: string | undefined,
): { clause?: string; noun?: string } {
  if (predicateAdjective.test(item(rest, 0))) return { clause: `${wh} ${aux} ${rest.join(' ')}` };
  const end = nameEnd(rest, subject);
  const next = end === undefined ? undefined : rest[end]?.replace(/,$/, '');
  const before = end === undefined ? undefined : rest[end - (subject?.split(' ').length ?? 0) - 1];
  // "the challenges Ada Quill faced": a relative clause without its pronoun.
  const relative =
    before !== undefined && /^\p{Ll}/u.test(before) && !/^(?:of|the|author|writer)$/.test(before);
  if (
    end !== undefined &&
    next &&
    !relative &&
    (isParticiple(next) || /^(?:most|best|currently)$/.test(next) || next.endsWith('ing'))
  ) {
    return { clause: [wh, ...rest.slice(0, end), aux, ...rest.slice(end)].join(' ') };
  }
  const phrase = lowerArticle(rest.join(' '));
  if (rest.join(' ') === subject) return { clause: `${wh} ${phrase} ${aux}` };
  // A long phrase would leave its verb hanging at the end; it serves as a noun phrase alone.
  return rest.length <= 7 ? { clause: `${wh} ${phrase} ${aux}`, noun: phrase } : { noun: phrase };
}

/** Statement order: the subject before its auxiliary or, for do, before its inflected verb. */
function uninvert(
  wh: string,
  aux: string,
  rest: string[],
  subject: string | undefined,
): string | undefined {
  const [opening = '', ...others] = rest;
  if (/^there$/i.test(opening)) return `${wh} there ${aux} ${others.join(' ')}`;
  if (/^(?:is|are|was|were)$/.test(aux)) {
    // "what themes are common in ...": the wh-phrase is the subject.
    if (
      wh.includes(' ') &&
      /^\p{Ll}/u.test(opening) &&
      !/^(?:the|a|an|his|her|their|author)$/.test(opening)
    )
      return [wh, aux, ...rest].join(' ');
    const end = nameEnd(rest, subject) ?? rest.length;
    if (rest.slice(0, end).some((word) => word.endsWith(','))) return undefined;
    // Without a name the subject's end is anyone's guess, except where nothing follows it.
    if (end === rest.length && (rest.length > 5 || wh === 'whether')) return undefined;
    return [wh, lowerArticle(rest.slice(0, end).join(' ')), aux, ...rest.slice(end)].join(' ');
  }
  const wanted = /^(?:has|have|had)$/.test(aux)
    ? isParticiple
    : (word: string) => baseVerbs.has(word) || word === 'be';
  const leading = adverb.test(opening) ? rest[1] : opening;
  if (leading && wanted(leading) && !baseVerbs.has(last(wh.split(' '))))
    return [wh, aux, ...rest].join(' ');
  const at = findVerb(rest, wanted);
  if (at === undefined) return undefined;
  const from = adverb.test(item(rest, at - 1)) && at > 1 ? at - 1 : at;
  const before = lowerArticle(rest.slice(0, from).join(' '));
  const adverbs = rest.slice(from, at);
  const verb = item(rest, at);
  const after = rest.slice(at + 1);
  // "did X master and make ...": a second verb to inflect.
  const second = after.findIndex(
    (word, i) =>
      after[i - 1] === 'and' && baseVerbs.has(word) && !alsoNoun.test(word) && i + 1 < after.length,
  );
  if (/^(?:does|did)$/.test(aux) && second !== -1) return undefined;
  if (!/^(?:do|does|did)$/.test(aux))
    return [wh, before, aux, ...adverbs, verb, ...after].join(' ');
  const inflected = aux === 'does' ? thirdPerson(verb) : aux === 'did' ? pastTense(verb) : verb;
  return [wh, before, ...adverbs, inflected, ...after].join(' ');
}

function findVerb(rest: string[], wanted: (word: string) => boolean): number | undefined {
  const at = rest.findIndex((word, i) => {
    const before = rest[i - 1];
    if (before === undefined || !wanted(word)) return false;
    return !notBeforeVerb.test(before) && !/(?:'s|s'|,)$/.test(before);
  });
  return at === -1 ? undefined : at;
}

/**
 * Index after the subject's name, where it stands in the words without a possessive and not in a
 * later relative clause.
 */
function nameEnd(words: string[], subject: string | undefined): number | undefined {
  if (!subject) return undefined;
  const name = subject.split(' ');
  for (let i = 0; i + name.length <= words.length; i++) {
    if (!name.every((part, k) => words[i + k] === part)) continue;
    return words
      .slice(0, i)
      .some((word) => /^(?:who|that|which|where|by|with|for|about|to)$/.test(word))
      ? undefined
      : i + name.length;
  }
  return undefined;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
const lowerArticle = (text: string): string =>
  text.replace(/^(?:The|A|An|Some|Any|His|Her|Their)\b/, (word) => word.toLowerCase());
