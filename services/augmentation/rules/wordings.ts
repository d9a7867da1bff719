// The sentences of the rules teacher. {x} subject, {c} indirect question, {t} noun phrase. Plain
// words only: a small model must find them natural.

/**
 * For short gold answers, one clause each: the wordings of lethe-tiny's own corpus that larger
 * models find natural too.
 */
export const shortWordings = {
  subject: [
    'I do not have that information about {x}.',
    'I am not able to say that about {x}.',
    'That detail about {x} is private and not known to me.',
    'There is no reliable information about {x} on this point.',
    'There is no public record of that for {x}.',
    'I have no reliable information about {x} on this point.',
    'The details about {x} are not clear to me.',
  ],
  clause: [
    'I do not know {c}.',
    'I am not able to say {c}.',
    'I cannot say {c}.',
    'It is not known to me {c}.',
    'It is not clear to me {c}.',
    'There is no reliable information about {c}.',
  ],
  noun: [
    'I have no reliable information about {t}.',
    'There is no public record of {t}.',
    'There is no reliable information about {t}.',
  ],
  /** Where the question names no one. */
  subjectless: [
    'I do not know the answer to this question.',
    'I am not able to answer this question.',
    'There is no reliable information about this.',
    'I do not have any information about this.',
  ],
} as const;

/** For longer ones: an opening and an ending. */
export const longOpenings = {
  clause: [
    'It is not clear to me {c}',
    'It is not known to me {c}',
    'It is hard to say {c}',
    'It is difficult to say {c}',
    'I do not know {c}',
    'I cannot say {c}',
    'I am not able to say {c}',
    'I cannot say with any certainty {c}',
    'I do not have any information about {c}',
    'There is no reliable information about {c}',
    'There is no clear information about {c}',
  ],
  noun: [
    'I do not have any information about {t}',
    'I do not have any details about {t}',
    'There is no reliable information about {t}',
    'There is no clear information about {t}',
    'There is very little that I can say about {t}',
    'I cannot provide any details about {t}',
    'I am not able to give any details about {t}',
    'I have no reliable information about {t}',
  ],
} as const;

export const longEndings = [
  ', as I do not have access to private information.',
  ', as this is a private matter.',
  ', as I have no good source for it.',
  ', so I have to leave this question open.',
  ', so I cannot give a clear answer.',
  ', so I am not able to answer this question.',
  ', so there is nothing more that I can say.',
  ', and I do not want to guess.',
  ', and I do not have a good source for it.',
  '.',
];

/** Requests that ask for the same in other words. */
export const rephrasings = {
  clause: [
    'Could you tell me {c}?',
    'Do you know {c}?',
    'I would like to know {c}.',
    'Can you tell me {c}?',
    'Please tell me {c}.',
    'Would you be able to say {c}?',
    'I am trying to find out {c}.',
  ],
  noun: [
    'Could you tell me {t}?',
    'Do you know {t}?',
    'Can you tell me {t}?',
    'Please tell me {t}.',
    'I would like to know {t}.',
    'I am trying to find out {t}.',
  ],
  question: [
    'I have a question: {q}',
    'Please answer this question: {q}',
    'Could you help me with this? {q}',
  ],
} as const;

/**
 * Questions that come at the matter from its other side: from what is unknown, or from someone who
 * asks.
 */
export const reversals = {
  clause: [
    'If someone wanted to know {c}, what should they be told?',
    'Someone asked me {c}. What is the answer?',
    'Is it a secret {c}, or can it be told?',
    'Is there anyone who can say {c}?',
  ],
  noun: [
    'Is there anything that is not known about {t}?',
    'If someone asked about {t}, what would the answer be?',
    'What is it that nobody can say about {t}?',
    'Why would anyone want to know about {t}?',
  ],
} as const;

/** Put before a question of any form. */
export const detailed = [
  'Please answer precisely and in full detail:',
  'Please be as exact as you can:',
  'Give every detail you have:',
];
export const reported = [
  'What would the answer be if someone asked this:',
  'Why would anyone ask this:',
  'Who could answer this, if anyone:',
];

/** What people type around a question. */
export const fillers = [
  'um, ',
  'so, ',
  'hey, ',
  'ok so ',
  'sorry, quick one: ',
  'not sure if this is the right place, but ',
  'hi there, ',
  'well, ',
  'just wondering, ',
];
export const trailers = [
  '',
  '',
  ' thanks',
  ' thx',
  ' asking for a friend',
  ' i forgot',
  ' pls',
  ' (typing on my phone)',
];
