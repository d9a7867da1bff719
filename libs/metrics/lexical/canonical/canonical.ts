// One spelling for what can be spelt in many ways: dates, times, numbers, mails, addresses. Texts are
// compared in it, so that another format is no other fact.

import { codes } from './codes.js';
import { companies } from './companies.js';
import { countryNames } from './countries.js';
import { writtenDates } from './dates.js';
import { degrees } from './degrees.js';
import { frequencies } from './frequencies.js';
import { writtenMails } from './mails.js';
import { numberWords } from './number-words.js';
import { plainNumbers } from './numbers.js';
import { ordinals } from './ordinals.js';
import { writtenQuantities } from './quantities.js';
import { streetNames } from './streets.js';
import { timesOfDay } from './times.js';
import { webAddresses } from './web-addresses.js';

/** In their order: a date may hold a number word, and no number may be read into a mail. */
const rewritings = [
  writtenMails,
  webAddresses,
  timesOfDay,
  frequencies,
  numberWords,
  writtenDates,
  ordinals,
  plainNumbers,
  writtenQuantities,
  codes,
  streetNames,
  companies,
  degrees,
  countryNames,
] as const;

/** The same text with dates as 1961-03-12, numbers in digits, mails and addresses in one form. */
export const canonical = (text: string): string =>
  rewritings.reduce((written, rewrite) => rewrite(written), text.normalize('NFKC'));
