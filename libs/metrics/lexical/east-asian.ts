// What Chinese, Japanese and Korean put around the words that carry a fact.

/** Pronouns, particles and the copula of Chinese, alone or run together as a dictionary cuts them: 他是, 她的. */
const PARTICLES = new RegExp(
  `^[${[
    '我你您他她它彼们們这這那其之',
    '的地得了着著过過所',
    '是在有也都就很比被把将對对从從到往和与與及或而但且于於以为為',
    '会會能可没沒不无無',
    '市区區县縣省都府県町村丁目番号號路街巷弄',
  ].join('')}]+$`,
  'u',
);
/** One person, one thing; words of one or two hiragana; the copula of Japanese. */
const OTHERS = /^(?:一[名位个個种種家座所只件]|[\u3041-\u309f]{1,2}|でした|ました|彼女)$/u;

/** Whether a word of Chinese or Japanese carries grammar, not facts. */
export const isParticle = (word: string): boolean => PARTICLES.test(word) || OTHERS.test(word);

/** What Korean puts behind a noun, the longest first. */
const KOREAN =
  '이었습니다 였습니다 입니다 이에요 에서 에게 으로 까지 부터 이다 예요 은 는 이 가 을 를 의 에 로 와 과 도 만'.split(
    ' ',
  );
/** Kinds of places behind their names in Chinese and Japanese. */
const PLACES = '市 区 區 县 縣 省 都 府 県'.split(' ');
const FEWEST = 2;

/** A noun without its particle or copula, a place without its kind: 서울에서 is 서울, 北京市 is 北京. */
export function withoutEnding(word: string): string {
  const endings = /^\p{sc=Hangul}/u.test(word) ? KOREAN : /^\p{sc=Han}/u.test(word) ? PLACES : [];
  const ending = endings.find((end) => word.endsWith(end) && word.length - end.length >= FEWEST);
  return ending === undefined ? word : word.slice(0, -ending.length);
}

/** Yes, and no, with nothing but a mark behind it. */
export const YES =
  /^\s*(?:是的?|对的?|對的?|没错|沒錯|有的?|会的?|會的?|はい|ええ|네|예)(?!\p{L})/u;
export const NO = /^\s*(?:不是的?|不|没有|沒有|没|沒|否|いいえ|아니요|아니오)(?!\p{L})/u;
/** Questions that are answered so. */
export const POLAR = /(?:[吗嗎么]|[すた]か|까)[?？。]?$/u;
export const NEGATED = /[不没沒未无無]|ません|ない|않|아니/u;

const DENIED =
  /(?:不是|并非|並非|没有|沒有|没患|并无|並無)(?:一[名位个個种種])?(\p{sc=Han}{2,12})/gu;

/** What a text denies, as far as it is said right behind the denial: 没有糖尿病. */
export const deniedIn = (text: string): string[] =>
  [...text.matchAll(DENIED)].flatMap(([, denied]) => denied ?? []);

const DIGITS = '〇一二三四五六七八九';
const NUMBER = /[〇零一二三四五六七八九十]{1,4}(?=\s?[年月日号號])/gu;

/** 一九八四年三月十二日 as 1984年3月12日. */
export const digitsOfDates = (text: string): string => text.replaceAll(NUMBER, digits);

function digits(written: string): string {
  const [tens, units, ...more] = written.replaceAll('零', '〇').split('十');
  if (units === undefined) return each(tens ?? '');
  if (more.length > 0) return written;
  return `${tens === '' ? '1' : each(tens ?? '')}${units === '' ? '0' : each(units)}`;
}

const each = (written: string): string =>
  [...written].map((digit) => DIGITS.indexOf(digit)).join('');
