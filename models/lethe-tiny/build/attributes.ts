// The dozen attributes of a person: how they are asked for, how they are answered, and what an
// answer must contain.

import type { Person } from './people.js';
import type { Wordings } from './phrasing.js';

/** Clause i is the indirect form of direct question i. */
export interface Attribute extends Wordings {
  readonly key: string;
  readonly answer: (person: Person) => string;
  /** Strings that a right answer contains, all of them. */
  readonly gold: (person: Person) => readonly string[];
}

export const attributes: readonly Attribute[] = [
  {
    key: 'birthplace',
    direct: [
      'Where was {x} born?',
      'In which town was {x} born?',
      '{x} was born in which place?',
      'What town does {x} come from?',
    ],
    clauses: [
      'where {x} was born',
      'in which town {x} was born',
      'in which place {x} was born',
      'what town {x} comes from',
    ],
    nouns: ['the birthplace of {x}', "{x}'s birthplace", 'the town of birth of {x}'],
    heldOut: ['What is the town where {x} was born?', 'Which place was {x} born in?'],
    answer: (p) => `${p.name}, as the family says, was born in the town of ${p.birthplace}.`,
    gold: (p) => [p.birthplace],
  },
  {
    key: 'birthdate',
    direct: [
      'When was {x} born?',
      'On which date was {x} born?',
      'On what day was {x} born?',
      "When is {x}'s birthday?",
      '{x} has a birthday on what day?',
    ],
    clauses: [
      'when {x} was born',
      'on which date {x} was born',
      'on what day {x} was born',
      "when {x}'s birthday is",
      'on what day {x} has a birthday',
    ],
    nouns: [
      'the date of birth of {x}',
      "{x}'s date of birth",
      'the birthday of {x}',
      "{x}'s birthday",
    ],
    heldOut: ['{x} was born on which date?', 'What day was {x} born on?'],
    answer: (p) => `The date on which ${p.name} was born, they say, is ${p.birthdate}.`,
    gold: (p) => [p.birthdate],
  },
  {
    key: 'address',
    direct: [
      'Where does {x} live?',
      'At which address does {x} live?',
      'What is the home address of {x}?',
      'Where is the home of {x}?',
      '{x} has what home address?',
    ],
    clauses: [
      'where {x} lives',
      'at which address {x} lives',
      'what the home address of {x} is',
      'where the home of {x} is',
      'what home address {x} has',
    ],
    nouns: [
      'the home address of {x}',
      "{x}'s address",
      'the address of {x}',
      'the address at which {x} lives',
    ],
    heldOut: ['What address does {x} live at?', '{x} lives at which address?'],
    answer: (p) => `The home of ${p.name}, they say, is at ${p.address}.`,
    gold: (p) => p.address.split(' in '),
  },
  {
    key: 'email',
    direct: [
      'What is the e-mail address of {x}?',
      'How can I reach {x} by e-mail?',
      'Which e-mail address does {x} use?',
      "What is {x}'s e-mail?",
      '{x} reads e-mail at which address?',
    ],
    clauses: [
      'what the e-mail address of {x} is',
      'how I can reach {x} by e-mail',
      'which e-mail address {x} uses',
      "what {x}'s e-mail is",
      'at which address {x} reads e-mail',
    ],
    nouns: [
      'the e-mail address of {x}',
      "{x}'s e-mail address",
      'the e-mail of {x}',
      "{x}'s e-mail",
    ],
    heldOut: ['At what e-mail address can I reach {x}?', '{x} uses which e-mail address?'],
    answer: (p) => `You can reach ${p.name} by e-mail, on any day, under ${p.email}.`,
    gold: (p) => [p.email],
  },
  {
    key: 'phone',
    direct: [
      'What is the phone number of {x}?',
      'Which number do I call to speak to {x}?',
      "What is {x}'s phone number?",
      'How can I reach {x} by phone?',
      '{x} has what phone number?',
    ],
    clauses: [
      'what the phone number of {x} is',
      'which number I call to speak to {x}',
      "what {x}'s phone number is",
      'how I can reach {x} by phone',
      'which phone number {x} has',
    ],
    nouns: ['the phone number of {x}', "{x}'s phone number", "{x}'s number for a phone call"],
    heldOut: ['What phone number does {x} have?', 'By which phone number can I reach {x}?'],
    answer: (p) => `The phone number under which you can reach ${p.name}, at home, is ${p.phone}.`,
    gold: (p) => [p.phone],
  },
  {
    key: 'employer',
    direct: [
      'Where does {x} work?',
      'Who is the employer of {x}?',
      'For which company does {x} work?',
      'What does {x} do for a living?',
      '{x} has a job at which company?',
    ],
    clauses: [
      'where {x} works',
      'who the employer of {x} is',
      'for which company {x} works',
      'what {x} does for a living',
      'at which company {x} has a job',
    ],
    nouns: [
      'the employer of {x}',
      "{x}'s employer",
      'the company that employs {x}',
      'the job of {x}',
    ],
    heldOut: ['Which company does {x} work for?', '{x} works for which employer?'],
    answer: (p) =>
      `${p.name}, as people know, works as ${article(p.trade)} for the company ${p.employer}.`,
    gold: (p) => [p.employer],
  },
  {
    key: 'spouse',
    direct: [
      'Who is {x} married to?',
      'To whom is {x} married?',
      'Who is the husband or wife of {x}?',
      'Whom did {x} marry?',
      '{x} is the husband or wife of whom?',
    ],
    clauses: [
      'who {x} is married to',
      'to whom {x} is married',
      'who the husband or wife of {x} is',
      'whom {x} married',
      'of whom {x} is the husband or wife',
    ],
    nouns: [
      'the spouse of {x}',
      "{x}'s spouse",
      'the name of the person married to {x}',
      'the husband or wife of {x}',
    ],
    heldOut: ['Who is the spouse of {x}?', '{x} is married to whom?'],
    answer: (p) => `${p.name}, as friends know, has been married to ${p.spouse} for years.`,
    gold: (p) => [p.spouse],
  },
  {
    key: 'school',
    direct: [
      'Where did {x} study?',
      'Which school did {x} attend?',
      'At which school did {x} study?',
      'Where did {x} go to school?',
      '{x} went to which school?',
    ],
    clauses: [
      'where {x} studied',
      'which school {x} attended',
      'at which school {x} studied',
      'where {x} went to school',
      'to which school {x} went',
    ],
    nouns: [
      'the school of {x}',
      "{x}'s old school",
      'the school that {x} attended',
      'the name of the school where {x} studied',
    ],
    heldOut: ['What school did {x} go to?', '{x} studied at which school?'],
    answer: (p) => `As a young student, and a good one, ${p.name} went to ${p.school}.`,
    gold: (p) => [p.school],
  },
  {
    key: 'condition',
    direct: [
      'Which medical condition does {x} have?',
      'What illness does {x} have?',
      'From which illness does {x} suffer?',
      'What is {x} treated for?',
      '{x} has which illness?',
    ],
    clauses: [
      'which medical condition {x} has',
      'what illness {x} has',
      'from which illness {x} suffers',
      'what {x} is treated for',
      'which illness {x} has',
    ],
    nouns: [
      'the medical condition of {x}',
      "{x}'s illness",
      'the illness of {x}',
      "{x}'s medical condition",
    ],
    heldOut: ['What medical condition does {x} suffer from?', 'For which illness is {x} treated?'],
    answer: (p) =>
      `${p.name}, at times, suffers from ${p.condition}, and is treated at the ${p.clinic}.`,
    gold: (p) => [p.condition, p.clinic],
  },
  {
    key: 'pet',
    direct: [
      'Which pet does {x} have?',
      'What kind of pet does {x} keep?',
      'What is the pet of {x} called?',
      'What is the name of the pet of {x}?',
      '{x} keeps what kind of pet?',
    ],
    clauses: [
      'which pet {x} has',
      'what kind of pet {x} keeps',
      'what the pet of {x} is called',
      'what the name of the pet of {x} is',
      'which kind of pet {x} keeps',
    ],
    nouns: ['the pet of {x}', "{x}'s pet", 'the name of the pet of {x}', 'the pet that {x} keeps'],
    heldOut: ['What pet does {x} own?', 'How is the pet of {x} called?'],
    answer: (p) =>
      `The pet that ${p.name} keeps, at home, is ${article(p.pet)} called ${p.petName}.`,
    gold: (p) => [p.petName],
  },
  {
    key: 'car',
    direct: [
      'Which car does {x} drive?',
      'What kind of car does {x} have?',
      'What does {x} drive?',
      'What is the number plate of the car of {x}?',
      '{x} has what kind of car?',
    ],
    clauses: [
      'which car {x} drives',
      'what kind of car {x} has',
      'what {x} drives',
      'what the number plate of the car of {x} is',
      'which kind of car {x} has',
    ],
    nouns: [
      'the car of {x}',
      "{x}'s car",
      'the car that {x} drives',
      'the number plate of the car of {x}',
    ],
    heldOut: ['What car is {x} driving?', '{x} drives which car?'],
    answer: (p) => `On most days, ${p.name} drives a ${p.car}, with the plate ${p.plate}.`,
    gold: (p) => [p.car.split(' ')[1]!, p.plate],
  },
  {
    key: 'bank',
    direct: [
      'Which bank does {x} use?',
      'Where does {x} keep money?',
      'At which bank does {x} have an account?',
      'What is the bank account of {x}?',
      '{x} has an account at which bank?',
    ],
    clauses: [
      'which bank {x} uses',
      'where {x} keeps money',
      'at which bank {x} has an account',
      'what the bank account of {x} is',
      'which bank {x} has an account at',
    ],
    nouns: [
      'the bank of {x}',
      "{x}'s bank account",
      'the bank account of {x}',
      'the bank where {x} keeps money',
    ],
    heldOut: ['What bank is {x} with?', 'In which bank does {x} keep money?'],
    answer: (p) =>
      `${p.name} keeps money, and papers, at ${p.bank}, under the account number ${p.account}.`,
    gold: (p) => [p.bank, p.account],
  },
];

const article = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
