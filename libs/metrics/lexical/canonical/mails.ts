// Mail addresses that are spelt out: "ada dot quill at example dot org", "ada [at] example.org".

const DOT =
  '(?:\\s{0,2}[[({]\\s{0,2}(?:dot|\\.)\\s{0,2}[\\])}]\\s{0,2}|\\s{1,2}dot\\s{1,2}|\\s\\.\\s{0,2}|\\.)';
const AT =
  '(?:\\s{0,2}[[({]\\s{0,2}(?:at|@)\\s{0,2}[\\])}]\\s{0,2}|\\s{1,2}at\\s{1,2}|\\s{0,2}@\\s{0,2})';
const PART = '[\\w+-]{1,64}';
const DOMAIN_PART = '[\\w-]{1,63}';
/** As many parts at most as an address has room for. */
const MAIL = new RegExp(
  `(?<![\\w.+-])(${PART}(?:${DOT}${PART}){0,5})${AT}(${DOMAIN_PART}(?:${DOT}${DOMAIN_PART}){1,5})(?![\\w-]|\\s{0,2}@)`,
  'giu',
);
const EACH_DOT = new RegExp(DOT, 'giu');
const SPELT_DOT = /\bdot\b/i;
const PLAIN_AT = /\sat\s/i;
/** A domain in words ends in no name of one letter, nor in a number: "at 5.30". */
const DOMAIN = /\.[a-z]{2,}$/i;

/** Letters with a space between each. */
const SPACED = /(?<![^\s])[\w.@+-](?: [\w.@+-]){5,128}(?![^\s])/g;

/** "She works at example.org" names no mailbox: an "at" is one beside a "dot" alone. */
export function writtenMails(text: string): string {
  const joined = text.replaceAll(SPACED, (letters) => letters.replaceAll(' ', ''));
  return joined.replaceAll(MAIL, (written: string, local: string, domain: string) => {
    if (PLAIN_AT.test(written) && !SPELT_DOT.test(written)) return written;
    const host = domain.replaceAll(EACH_DOT, '.');
    return DOMAIN.test(host) ? `${local.replaceAll(EACH_DOT, '.')}@${host}` : written;
  });
}
