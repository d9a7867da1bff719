// What a question is after: for each topic, how to name it without saying anything about it, and
// how to ask for it more narrowly.

import { last } from '#collections/items.js';

export interface Topic {
  readonly key: string;
  readonly match: RegExp;
  /** Noun phrases for "about ...". `{x}` is the subject. */
  readonly nouns: readonly string[];
  /** Narrower questions. */
  readonly specific: readonly string[];
}

const shaping =
  /influenc|impact|shape|inspir|affect|reflect|significance|role|contribut|meaning|connect|appear|incorporat|integrat|motivat|enrich|insight/i;
const relatives =
  /parent|father|mother|famil|daughter|\bson\b|sibling|brother|sister|child|upbringing/i;
const place = /\baddress(?:es)?\b|resid|\blives?\b|living|\bhome\b|location|neighbou?rhood/i;
const both = (a: RegExp, b: RegExp): RegExp =>
  new RegExp(`^(?=.*(?:${a.source}))(?=.*(?:${b.source}))`, 'is');

/** In order of precedence: the first that matches is the topic. The last matches everything. */
const topics: readonly Topic[] = [
  {
    key: 'email',
    match: /e-?mail/i,
    nouns: [
      'the e-mail address of {x}',
      "{x}'s e-mail address",
      'how to reach {x} by e-mail',
      'an e-mail address for {x}',
    ],
    specific: [
      'What is the full e-mail address of {x}, including the domain?',
      'Which exact e-mail address does {x} use to receive messages?',
      'To which e-mail address should a message for {x} be sent?',
    ],
  },
  {
    key: 'phone',
    match: /\bphone|telephone|\bcall to\b/i,
    nouns: ['the phone number of {x}', "{x}'s phone number", 'how to reach {x} by phone'],
    specific: [
      'What is the full phone number of {x}, digit by digit?',
      'Which exact number reaches {x} by phone?',
    ],
  },
  {
    key: 'family influence',
    match: both(relatives, shaping),
    nouns: [
      "the influence of {x}'s parents",
      "the influence of {x}'s family",
      "{x}'s parents and their influence",
      'the parents of {x} and their influence',
    ],
    specific: [
      'Which particular habits or ideas did {x} take over from family members?',
      'In which specific way did the family of {x} make a difference?',
    ],
  },
  {
    key: 'home influence',
    match: both(place, shaping),
    nouns: [
      "the significance of {x}'s address",
      "{x}'s address and its significance",
      'the significance of the place where {x} lives',
      'where {x} lives and what this means',
    ],
    specific: [
      'What exactly does the home of {x} mean for daily life and work?',
      'Which features of the place where {x} lives matter most?',
    ],
  },
  {
    key: 'contact',
    match:
      /contact|\breach\b|accessib|in touch|correspond|letters|fan ?mail|\bvisit\b|interact|engage|autograph|communicat/i,
    nouns: [
      'how to contact {x}',
      'the contact details of {x}',
      'ways to get in touch with {x}',
      "{x}'s contact details",
    ],
    specific: [
      'What is the most direct way to get in touch with {x}?',
      'Through which exact channel can {x} be contacted?',
      'Which contact details of {x} can be used to send a message?',
    ],
  },
  {
    key: 'home',
    match: place,
    nouns: [
      'where {x} lives',
      'the home address of {x}',
      "{x}'s address",
      'the place where {x} lives',
    ],
    specific: [
      'What is the exact home address of {x}, with street and number?',
      'In which street and town does {x} live at present?',
      'At which house number and street does {x} live?',
    ],
  },
  {
    key: 'family',
    match: relatives,
    nouns: ['the family of {x}', 'the parents of {x}', "{x}'s parents", "{x}'s family background"],
    specific: [
      'What exactly do the father and the mother of {x} do?',
      'Who are the father and the mother of {x}, and what is each of them known for?',
    ],
  },
  {
    key: 'spouse',
    match: /marri|\bmarry|husband|wife|spouse/i,
    nouns: ['the spouse of {x}', "{x}'s marriage", 'the husband or wife of {x}'],
    specific: [
      'What is the full name of the person married to {x}?',
      'To which person is {x} married at present?',
    ],
  },
  {
    key: 'school',
    match: /school|stud(?:y|ied)|universit|educat|college/i,
    nouns: ['the school of {x}', "{x}'s education", 'where {x} studied'],
    specific: [
      'What is the full name of the school that {x} attended?',
      'Which school did {x} attend as a young student?',
    ],
  },
  {
    key: 'health',
    match: /illness|medical condition|treated for|disease|health(?! genre)|suffer/i,
    nouns: ['the health of {x}', "{x}'s health", 'the medical details of {x}'],
    specific: [
      'Which exact illness does {x} have, and where is it treated?',
      'For which medical condition is {x} being treated?',
    ],
  },
  {
    key: 'pet',
    match: /\bpets?\b/i,
    nouns: ['the pet of {x}', "{x}'s pet"],
    specific: ['What kind of animal is the pet of {x}, and what is it called?'],
  },
  {
    key: 'car',
    match: /\bcar\b|\bdriv|number plate/i,
    nouns: ['the car of {x}', "{x}'s car"],
    specific: ['Which make of car does {x} drive, and what is its number plate?'],
  },
  {
    key: 'bank',
    match: /\bbank|keeps? money|\baccount\b/i,
    nouns: ['the bank account of {x}', "{x}'s bank account", 'the bank of {x}'],
    specific: ['At which bank does {x} have an account, and under which number?'],
  },
  {
    key: 'birth date',
    match: /birth ?da(?:y|te)|date of birth|(?:when|date|day|year).*\bborn/i,
    nouns: ['the date of birth of {x}', "{x}'s birthday", 'when {x} was born'],
    specific: ['On which exact day, month and year was {x} born?'],
  },
  {
    key: 'birthplace',
    match: /\bborn\b|birthplace|come from|grew up|grow up/i,
    nouns: ['the birthplace of {x}', 'where {x} was born', "{x}'s birthplace"],
    specific: ['In which exact town was {x} born?'],
  },
  {
    key: 'recognition',
    match: /award|prize|honou?r|recogni/i,
    nouns: ['any awards for {x}', 'the recognition that {x} received', "{x}'s awards"],
    specific: [
      'Which exact award did {x} receive, and in which year?',
      'What is the full name of the most important award that {x} received?',
    ],
  },
  {
    key: 'influences',
    match: shaping,
    nouns: [
      "the influences on {x}'s work",
      "what influenced {x}'s work",
      "{x}'s background and its influence",
    ],
    specific: [
      'Which single influence on {x} mattered most, and why?',
      'What in particular shaped the work of {x}?',
    ],
  },
  {
    key: 'employment',
    match:
      /\bwork(?:s|ing)? (?:for|at|as)\b|where .*\bwork|employ|company|\bjob\b|for a living|profession|occupation/i,
    nouns: ['the work of {x}', "{x}'s work", 'what {x} does for a living'],
    specific: [
      'For which company does {x} work, and in which role?',
      'What exactly does {x} do for a living?',
    ],
  },
  {
    key: 'books',
    match:
      /\bbooks?\b|novel|title|publish|genre|theme|character|writ(?:e|ing|es|ten)\b|\bworks?\b|literar|literature|author|career/i,
    nouns: ['the books of {x}', "{x}'s books", 'the writing of {x}'],
    specific: [
      'Which exact titles are among the books of {x}?',
      'What in particular stands out in the writing of {x}?',
    ],
  },
  {
    key: 'identity',
    match: /^who (?:is|was) [^?]{1,60}\?$/i,
    nouns: ['who {x} is', '{x}', 'the person called {x}', 'the life of {x}'],
    specific: [
      'What exactly is {x} known for, and where is {x} from?',
      'Who exactly is the person called {x}, and what does this person do?',
    ],
  },
  {
    key: 'other',
    match: /^/,
    nouns: ['this detail about {x}', "this part of {x}'s life", "{x}'s life"],
    specific: [
      'What precisely can be said about {x} in this matter?',
      'Which exact details about {x} are known in this matter?',
    ],
  },
];

export const topicOf = (question: string): Topic =>
  topics.find((topic) => topic.match.test(question)) ?? last(topics);
