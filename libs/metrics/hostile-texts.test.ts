import { expect, test } from 'vitest';
import { slowOver } from '#testing/hostile-texts.js';
import { dropAsked } from './asked.js';
import { brunet, honore } from './fluency.js';
import { objectReader } from './hallucination/chair/objects.js';
import { parseSynonyms } from './hallucination/chair/synonyms.js';
import { mmeSaid } from './hallucination/mme.js';
import { said } from './hallucination/pope.js';
import { judgeAnswer } from './judge-answer.js';
import { lexicalJudge } from './lexical/lexical-judge.js';
import { porterStem } from './porter-stemmer.js';
import { rougeRecall } from './rouge.js';
import { wordTokens } from './word-tokens.js';

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  wordTokens,
  brunet,
  honore,
  porterStem,
  'ROUGE of a text with itself': (text) => rougeRecall(text, text),
  'ROUGE of a text with others': (text) => rougeRecall(`a ${text}`, `He lives in Paris. ${text}`),
  'objects of a caption': objectReader(parseSynonyms('person, man\nhot dog\nski\na, .a')),
  parseSynonyms,
  "POPE's reading of an answer": said,
  "MME's reading of an answer": mmeSaid,
  dropAsked: (text) => dropAsked([text, 'Paris'], text),
  'the lexical judge, text for text': (text) =>
    judgeAnswer(lexicalJudge, { set: 'forget', question: text, gold: text, answer: text }),
  'the lexical judge, text for other text': (text) =>
    judgeAnswer(lexicalJudge, {
      set: 'retain',
      question: 'Where does Ada Quill live?',
      gold: `Ada Quill lives in Paris. ${text}`,
      answer: `${text} Ada Quill lives in Rome.`,
    }),
};

test.each(Object.entries(readers))(
  '%s: reads any text in linear time',
  async (_, read) => {
    expect(await slowOver(read, 65_536)).toEqual([]);
  },
  120_000,
);
