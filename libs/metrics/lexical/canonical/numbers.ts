// Numbers without their grouping: 82,500 and $82.5k are 82500, +44 (0)20 7946 0018 is 442079460018.

const MONEY =
  /(?:[$€£¥]|\b(?:USD|EUR|GBP|US\$))\s?(?=\d)|(?<=\d)\s?(?:[€£¥]|(?:USD|EUR|GBP|dollars?|euros?|pounds?)\b)/gi;
const GROUPED = /(?<![\d.,])\d{1,3}(?:[,'\u2019\u00a0\u202f]\d{3})+(?![\d,])/g;
/** 1.249,50 and 1 249,50 are 1249.50. */
const EUROPEAN = /(?<![\d.,])\d{1,3}(?:([. '\u2019])\d{3})(?:\1\d{3})*,\d{1,2}(?![\d,.]\d|\d)/g;
/** "1.84 m" is a length, "$1.84m" and "1.84 m euros" are money. */
const SCALED =
  /(?<![\d.])(\d{1,12}(?:\.\d{1,6})?)\s?(k|(?<=[$€£¥]\s?[\d.]{1,19}\s?)m|m(?=\s?(?:[$€£¥]|(?:USD|EUR|GBP|dollars?|euros?|pounds?)\b))|bn|thousand|million|billion)\b/gi;
const scales: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  million: 1e6,
  bn: 1e9,
  billion: 1e9,
};
/** 2450.00 is 2450. */
const NO_CENTS = /(?<=\d)\.00(?![\d.])/g;
/** A phone, account or identity number in groups: at least seven digits in all, no date. */
const LONG =
  /(?<![\d/.:-])\+?\(?\d{1,16}\)?(?:(?:[ .\u2010-\u2013/-]{1,2}|(?<=\)))\(?\d{1,12}\)?){1,9}(?![\d/])/g;
/** A number read digit by digit: 4-7-1-1. */
const ONE_BY_ONE = /(?<![\d./:-])\d(?:[ -]\d){3,15}(?![./:-]?\d)/g;
/** Of the pressure of blood. */
const OVER = /(?<!\d)(\d{2,3}) over (\d{2,3})(?!\d)/g;
const ISO_DATE = /^\d{4}([-/.])\d{1,2}\1\d{1,2}$/;
const NUMERIC_DATE = /^\d{1,2}([./-])\d{1,2}\1\d{2,4}$/;
const YEARS = /^(?:1\d|20)\d\d(?:\D+(?:1\d|20)\d\d)*$/;
const FEWEST = 7;

export function plainNumbers(text: string): string {
  return text
    .replaceAll(EUROPEAN, (number) => number.replaceAll(/[. '\u2019]/g, '').replace(',', '.'))
    .replaceAll(GROUPED, (number) => number.replaceAll(/\D/g, ''))
    .replaceAll(SCALED, (_, number: string, scale: string) => scaled(number, scale))
    .replaceAll(MONEY, '')
    .replaceAll(NO_CENTS, '')
    .replaceAll(LONG, joined)
    .replaceAll(ONE_BY_ONE, (number) => number.replaceAll(/\D/g, ''))
    .replaceAll(OVER, '$1/$2');
}

const scaled = (number: string, scale: string): string =>
  String(Math.round(Number(number) * (scales[scale.toLowerCase()] ?? 1)));

function joined(written: string): string {
  if ([ISO_DATE, NUMERIC_DATE, YEARS].some((form) => form.test(written))) return written;
  // "(0)" is dialled at home only, behind no country's code.
  const digits = written.replace('(0)', '').replaceAll(/\D/g, '');
  return digits.length < FEWEST ? written : digits;
}
