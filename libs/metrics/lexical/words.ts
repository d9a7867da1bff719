// Words and their normal forms: what two spellings of one thing have in common, and which words
// name nothing.

import { porterStem } from '../porter-stemmer.js';
import { commonWords } from './common-words.js';
import { cyrillicStem } from './cyrillic.js';
import { isParticle, withoutEnding } from './east-asian.js';

const list = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Words that carry grammar, not facts. */
const functionWords = list(
  `a an the this that these those i me my mine we us our you your he him his she her hers it its they them their theirs who whom whose which what
  where when why how and or nor but so yet if then than as at by for from in into of off on onto out over to toward towards up upon with within without
  about above across after against along amid among around because before behind below beneath beside between beyond despite down during except
  inside like near outside per plus regarding since through throughout till under until unlike via while whether although though however
  is am are was were be been being do does did doing done have has had having can could may might must shall should will would
  not no yes never ever also too very quite rather just only even still already often always usually sometimes rarely currently now today
  here there both each every either neither all any some such same other another more most much many few less least own again once
  s t d ll re ve m don doesn didn isn wasn aren weren won
  mr mrs ms dr prof`,
);

/** Whether a word carries grammar, not facts. */
export const isFunctionWord = (word: string): boolean =>
  functionWords.has(word.toLowerCase()) || isParticle(word);

/** Last words of names that say what is named, not which. */
const kinds = list(
  `street road avenue lane drive court place square terrace way boulevard crescent close park hospital clinic school academy university college
  institute church hotel hall house mill bank company group society award prize medal series city town county village state river lake island
  department office centre center station airport museum library theatre theater club team book novel`,
);

/**
 * Words any sentence about a person holds: a vague answer shares them with a specific one, so they
 * name no fact.
 */
const genericWords = list(
  `one person people man woman men women boy girl someone somebody anyone everyone something anything thing things individual individuals name names named
  called known knows know father mother parent parents dad mum mom brother sister sibling siblings son daughter child children wife husband
  spouse partner family families relative relatives friend friends fan fans reader readers audience colleague colleagues
  life lives living live lived home house place places area areas city town village country region location located residence reside resides residing address
  born birth birthplace childhood upbringing grew grow growing raised background origin heritage
  work works working worked job career profession professional professionally professions occupation employed role roles field experience experiences
  author authors writer writers writing writes write wrote written book books novel novels story stories storytelling narrative narratives genre genres
  character characters theme themes setting settings style plot plots literature literary fiction
  email mail e-mail contact contacted contacting reach reached reachable accessible available connect connected connection correspondence message messages
  number phone date day days year years month time times age moment
  influence influences influenced influencing influential inspire inspires inspired inspiration inspirations impact shape shapes shaped shaping
  reflect reflects reflected reflecting provide provides provided providing offer offers offering contribute contributes contributed contributions
  explore explores exploring explored incorporate incorporates incorporating blend blends blending enrich enriches enriched draw draws drawing drew
  use uses used using make makes made making give gives given giving take takes took taken taking get gets got getting go goes went come comes came
  keep keeps kept find finds found say says said tell tells told see sees seen saw feel feels felt think thinks thought believe believes enjoy enjoys
  like likes liked love loves loved prefer prefers preferred favorite favourite want wants become became begin began start started help helps helped
  play plays played include includes included including allow allows allowed serve serves served involve involves involved remain remains
  receive receives received receiving win wins won winning award awards prize prizes honor honored honoured recognition
  specialize specializes specialise specialises study studies studied focus focuses focused
  question answer information detail details fact facts aspect aspects matter part parts kind sort type types way ways lot bit example sense range variety
  good great fine nice new old young long short big small large little high low own main major first last next well best better
  profound profoundly evident instill instills instilled instilling complexity complexities intricacy intricacies firsthand
  significant significantly important notable unique rich deep deeply vibrant vivid famous renowned celebrated distinguished prestigious acclaimed esteemed
  popular beloved quiet beautiful special particular general specific certain various several different personal private public real true
  mostly mainly primarily particularly especially generally perhaps probably likely simply actually really
  world community culture cultural tradition history interest interests passion perspective understanding knowledge insight insights appreciation
  element elements quality character event events engage engages engaging historical historic traditional modern contemporary artistic
  school company employer pet money account bank car plate marry married doctor treat treated suffer suffers condition address
  住在 居住 工作 职业 名字 出生 来自 患有 父亲 母亲 爸爸 妈妈 丈夫 妻子 儿子 女儿 住ん 仕事 名前`,
);

const numberWords: ReadonlyMap<string, string> = new Map(
  Object.entries({
    zero: '0',
    one: '1',
    two: '2',
    three: '3',
    four: '4',
    five: '5',
    six: '6',
    seven: '7',
    eight: '8',
    nine: '9',
    ten: '10',
    eleven: '11',
    twelve: '12',
  }),
);

/** Marks over letters that are letters without them; in other scripts they are vowels. */
const ACCENTS = /[\u0300-\u036f\u064b-\u065f]/g;
/** ue for \u00fc, and its kind, where a keyboard has no such letter. */
const UMLAUT = /(?<=[aou])e/g;
/** aa for \u00e5. */
const DOUBLE_A = /aa/g;

const genericStems: ReadonlySet<string> = new Set(
  [...genericWords, ...list(commonWords)].map(normalWord),
);

/** Lower case, without accents, East Asian endings and Slavic ones in Cyrillic, digits for number words, stemmed. */
export function normalWord(word: string): string {
  const bare = word
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('\u00df', 'ss');
  const number = numberWords.get(bare) ?? cyrillicStem(withoutEnding(bare));
  return number.length > 3 && /^[a-z]+$/.test(number)
    ? porterStem(number).replace(UMLAUT, '').replace(DOUBLE_A, 'a')
    : number;
}

/** Scripts that put no space between words. */
const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/**
 * Words of a text in reading order: runs of letters, their marks and digits, a possessive's s cut
 * off; of scripts without spaces the words that a dictionary finds (Unicode's, ICU).
 */
export function words(text: string): string[] {
  const runs = text.replace(/['\u2019]s\b/g, '').match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu) ?? [];
  return runs.flatMap((run) => (UNSPACED.test(run) ? segmented(run) : [run]));
}

/** Each word that a segmenter finds holds the text it was found in: a long one is cut first. */
const PIECE = new RegExp('[^]{1,256}', 'gu');

const segmented = (run: string): string[] =>
  (run.match(PIECE) ?? []).flatMap((piece) =>
    Array.from(segmenter.segment(piece)).map(({ segment }) => segment),
  );

/** Whether a word is too short to name anything; a character of some scripts is a word. */
export const isShort = (word: string): boolean => word.length < 3 && !UNSPACED.test(word);

/** Normal forms of a text's words, without function words. */
export function normalWords(text: string): string[] {
  return words(text)
    .filter((word) => !isFunctionWord(word))
    .map(normalWord);
}

const kindStems: ReadonlySet<string> = new Set([...kinds].map(normalWord));

/** Whether a word (in normal form) says what kind of thing a name is of. */
export const isKind = (normal: string): boolean => kindStems.has(normal);

/** Whether a word (in normal form) fits any person's description. */
export const isGeneric = (normal: string): boolean => genericStems.has(normal);
