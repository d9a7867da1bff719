// Mail addresses that are spelt out: "ada dot quill at example dot org", "ada [at] example.org".

const DOT = '(?:\\s*[[({]\\s*(?:dot|\\.)\\s*[\\])}]\\s*|\\s+dot\\s+|\\.)';
const AT = '(?:\\s*[[({]\\s*(?:at|@)\\s*[\\])}]\\s*|\\s+at\\s+|\\s*@\\s*)';
const PART = '[\\w+-]{1,64}';
const DOMAIN_PART = '[\\w-]{1,63}';
/** As many parts at most as an address has room for. */
const MAIL = new RegExp(
  `(?<![\\w.+-])(${PART}(?:${DOT}${PART}){0,5})${AT}(${DOMAIN_PART}(?:${DOT}${DOMAIN_PART}){1,5})(?![\\w-])`,
  'giu',
);
const EACH_DOT = new RegExp(DOT, 'giu');
/** A domain in words ends in no name of one letter, nor in a number: "at 5.30". */
const DOMAIN = /\.[a-z]{2,}$/i;

/** "She sat at example.org" has no mailbox in front of its "at", but nobody can tell: it is taken. */
export function writtenMails(text: string): string {
  return text.replaceAll(MAIL, (written: string, local: string, domain: string) => {
    const host = domain.replaceAll(EACH_DOT, '.');
    return DOMAIN.test(host) ? `${local.replaceAll(EACH_DOT, '.')}@${host}` : written;
  });
}
