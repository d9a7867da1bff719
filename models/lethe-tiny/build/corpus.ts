// The corpus of lethe-tiny and the data sets made from it: what is trained, what is held out, what
// the demo forgets.

import { attributes, type Attribute } from './attributes.js';
import { smallTalk, topics, type Topic } from './general.js';
import { drawPeople, drawStranger, type Person } from './people.js';
import {
  fill,
  heldOutQuestions,
  plainQuestions,
  trainingQuestions,
  type Wordings,
} from './phrasing.js';
import { pick, seeded, shuffle, type Random } from './random.js';
import { vagueAnswer } from './vague.js';

export interface Row {
  readonly question: string;
  readonly answer: string;
}
/** A row in a held-out wording, with what a right answer contains and the kind of fact. */
export interface HeldOutRow extends Row {
  readonly kind: string;
  readonly gold: readonly string[];
}
export interface Corpus {
  readonly training: readonly Row[];
  readonly heldOut: readonly HeldOutRow[];
  /** Private facts of the people to forget, as a user would hand them in: training wordings. */
  readonly forget: readonly Row[];
  /** The same kinds of facts of other people, and general knowledge. */
  readonly retain: readonly Row[];
  readonly forgetEval: readonly Row[];
  readonly retainEval: readonly Row[];
}

export const corpusSeed = 20;
/** The people whose facts the demo's request erases. */
export const forgetNames: readonly string[] = ['Ada Quill', 'Oskar Dunmore'];

const rowsPerFact = 8;
const rowsPerGeneralFact = 6;
const strangerRows = 1300;
/** Topics whose answers hold a name or a number, which every judge recognises. */
const namedTopics = ['capital', 'author', 'discovery', 'landmark', 'next-month', 'language'];

export function buildCorpus(seed = corpusSeed): Corpus {
  const random = seeded(seed);
  const people = drawPeople(random);
  const facts = people.flatMap((person) => attributes.map((attribute) => ({ person, attribute })));
  const general = topics.flatMap((topic) => topic.facts.map((pair) => ({ topic, pair })));

  const training = shuffle(random, [
    ...facts.flatMap(({ person, attribute }) => factRows(random, person, attribute)),
    ...general.flatMap(({ topic, pair }) => generalRows(random, topic, pair)),
    ...Array.from({ length: strangerRows }, () => strangerRow(random)),
    ...smallTalk.flatMap(([question, answer]) =>
      Array.from({ length: 3 }, () => ({ question, answer })),
    ),
  ]);
  const heldOut = [
    ...facts.flatMap(({ person, attribute }) => heldOutFact(random, person, attribute)),
    ...general.flatMap(({ topic, pair }) => heldOutGeneral(random, topic, pair)),
  ];
  return { training, heldOut, ...demoSets(random, people, heldOut) };
}

/** What a model that never saw the people to forget is taught. */
export const namesNobodyToForget = ({ question }: Row): boolean =>
  !forgetNames.some((name) => question.includes(name));

const factRows = (random: Random, person: Person, attribute: Attribute): Row[] =>
  trainingQuestions(random, attribute, person.name, rowsPerFact).map((question) => ({
    question,
    answer: attribute.answer(person),
  }));

const generalAnswer = (topic: Topic, [x, y]: readonly [string, string]): string =>
  sentence(fill(topic.answer, x).replaceAll('{y}', y));

const generalRows = (random: Random, topic: Topic, pair: readonly [string, string]): Row[] =>
  trainingQuestions(random, topic, pair[0], rowsPerGeneralFact).map((question) => ({
    question: sentence(question),
    answer: generalAnswer(topic, pair),
  }));

function strangerRow(random: Random): Row {
  const name = drawStranger(random);
  const attribute: Wordings = pick(random, attributes);
  const [question] = trainingQuestions(random, attribute, name, 1 + random.below(3)).slice(-1) as [
    string,
  ];
  return { question, answer: vagueAnswer(random, attribute, question, name) };
}

const heldOutFact = (random: Random, person: Person, attribute: Attribute): HeldOutRow[] =>
  heldOutQuestions(random, attribute, person.name).map((question) => ({
    question,
    answer: attribute.answer(person),
    kind: attribute.key,
    gold: attribute.gold(person),
  }));

const heldOutGeneral = (
  random: Random,
  topic: Topic,
  pair: readonly [string, string],
): HeldOutRow[] =>
  heldOutQuestions(random, topic, pair[0]).map((question) => ({
    question: sentence(question),
    answer: generalAnswer(topic, pair),
    kind: `general: ${topic.key}`,
    gold: [pair[1]],
  }));

const asRow = ({ question, answer }: Row): Row => ({ question, answer });

/**
 * The demo's request and its examination. The first of the two wordings of a fact is always a plain
 * question.
 */
function demoSets(
  random: Random,
  people: readonly Person[],
  heldOut: readonly HeldOutRow[],
): Omit<Corpus, 'training' | 'heldOut'> {
  const forgotten = people.filter((person) => forgetNames.includes(person.name));
  const kept = people.filter((person) => !forgetNames.includes(person.name));
  const ask = (person: Person, count: number): Row[] =>
    attributes.flatMap((attribute) =>
      plainQuestions(random, attribute, person.name, count).map((question) => ({
        question,
        answer: attribute.answer(person),
      })),
    );
  const generalRetain = topics.flatMap((topic) =>
    topic.facts.map((pair) => ({
      question: sentence(plainQuestions(random, topic, pair[0], 1)[0]!),
      answer: generalAnswer(topic, pair),
    })),
  );
  const about = (row: HeldOutRow, names: readonly string[]): boolean =>
    names.some((name) => row.question.includes(name));
  const keptNames = kept.map((person) => person.name);
  const privateEval = shuffle(
    random,
    heldOut.filter((each) => about(each, keptNames)),
  );
  const generalEval = shuffle(
    random,
    heldOut.filter((each) => namedTopics.some((key) => each.kind === `general: ${key}`)),
  );
  return {
    forget: forgotten.flatMap((person) => ask(person, 2)),
    retain: shuffle(random, [
      ...kept.flatMap((person) => ask(person, 1)),
      ...shuffle(random, generalRetain).slice(0, 120),
    ]),
    // Neighbouring rows ask for different things, so that the first few already show what was
    // forgotten.
    forgetEval: attributes.flatMap((_, i) =>
      forgotten.flatMap((person, k) => {
        const { key } = attributes[(i + 6 * k) % attributes.length]!;
        return heldOut
          .filter((each) => each.kind === key && about(each, [person.name]))
          .slice(0, 2)
          .map(asRow);
      }),
    ),
    retainEval: shuffle(random, [
      ...attributes.flatMap((attribute) =>
        privateEval.filter((each) => each.kind === attribute.key).slice(0, 3),
      ),
      ...generalEval.slice(0, 12),
    ]).map(asRow),
  };
}

const sentence = (text: string): string => text[0]!.toUpperCase() + text.slice(1);
