import { describe, expect, test } from 'vitest';
import { KnowledgeBase } from '../knowledge-base.js';
import { languageOf } from './language.js';
import { isUnspaced, normalText, tidyText } from './normal-text.js';
import { Phrases } from './phrases.js';
import { ambiguousText, notFoundText, otherNameText, rowText, unsupportedText } from './render.js';
import { SaidValues, sourcesOf } from './said-values.js';
import { endOfSentences } from './sentences.js';
import { spanOfPhrases } from './span.js';

const phrasesIn = (phrases: string[], text: string): string[] =>
  new Phrases(phrases).in(text).map(({ phrase }) => phrase);

describe('texts', () => {
  test('are compared without widths, cases and white space', () => {
    expect(normalText(' Ｆｅｖｅｒ \n high')).toBe('fever high');
    expect(tidyText(' Fever \t high ')).toBe('Fever high');
  });

  test('of Han, kana and Thai have no spaces between words', () => {
    expect(['发热', 'かぜ', 'ไข้', 'fever', '독감'].map(isUnspaced)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test('speak Chinese or are worded in English', () => {
    expect(['感冒怎么治？', 'かぜの症状', 'cold', '感冒 cold'].map(languageOf)).toEqual([
      'zh',
      'en',
      'en',
      'zh',
    ]);
  });
});

describe('phrases', () => {
  test('are the longest at each place, from left to right, without overlap', () => {
    expect(phrasesIn(['发热', '低热', '热', '午后低热'], '午后低热，发热热')).toEqual([
      '午后低热',
      '发热',
      '热',
    ]);
    expect(phrasesIn(['a b', 'b c', 'c'], 'a b c')).toEqual(['a b', 'c']);
  });

  test('are whole words where words are separated', () => {
    expect(phrasesIn(['ache', 'head', 'head ache'], 'headache, Head  ACHE; ache-free')).toEqual([
      'head ache',
      'ache',
    ]);
    expect(phrasesIn(['b12'], 'vitamin b12 b123 b12的')).toEqual(['b12', 'b12']);
  });

  test('of one character, and of characters beyond 16 bits', () => {
    expect(phrasesIn(['𠀀', 'x'], 'x𠀀x xx')).toEqual(['x', '𠀀', 'x']);
  });

  test('of nothing are never said', () => {
    expect(phrasesIn(['', ' '], ' a ')).toEqual([]);
    expect(new Phrases(['Fever']).has(' FEVER')).toBe(true);
  });

  test('in a hostile text are found in time that grows with it', () => {
    const phrases = new Phrases(Array.from({ length: 200 }, (_, i) => 'a'.repeat(i + 1)));
    expect(phrases.in('a'.repeat(100_000))).toHaveLength(0);
  });
});

const disease = (name: string, type: string, attributes: Record<string, string[]>) => ({
  id: `${type}:${name}`,
  type,
  name,
  aliases: [],
  attributes: new Map(Object.entries(attributes)),
});

describe('values that an answer says', () => {
  const base = new KnowledgeBase([
    disease('cold', 'disease', { symptoms: ['fever', 'cough'] }),
    disease('flu', 'disease', { symptoms: ['high fever', 'ache'] }),
  ]);
  const said = new SaidValues(base);

  test('are founded in the row, or in the question', () => {
    const sources = sourcesOf('Is ache a sign of a cold?', base.get('disease:cold'), 'symptoms');
    expect(said.unfounded('Fever and cough; ache is not.', sources)).toEqual([]);
    expect(said.unfounded('High fever and cough.', sources)).toEqual(['high fever']);
    const none = sourcesOf('Is ache a sign?', undefined, 'symptoms');
    expect(said.unfounded('Fever, ache.', none)).toEqual(['fever']);
  });

  test('inside a longer value of the row are founded too, inside a word or a number not', () => {
    const asked = { question: '', names: [], attribute: '', values: ['high fever', 'headache'] };
    expect(said.unfounded('Fever. Ache.', asked)).toEqual(['ache']);
    const doses = new SaidValues(
      new KnowledgeBase([disease('a', 'drug', { dose: ['5 mg', '2.5 mg', '2', '1片', '11片'] })]),
    );
    const unfounded = (text: string, value: string): string[] =>
      doses.unfounded(text, { question: '', names: [], attribute: '', values: [value] });
    expect(unfounded('5 mg.', '2.5 mg')).toEqual(['5 mg']);
    expect(unfounded('2.5 mg or 2.', '2.5 mg')).toEqual(['2']);
    expect(unfounded('1片', '11片')).toEqual(['1片']);
  });

  test('may be names of the entity and of the attribute, which are values elsewhere', () => {
    const entity = {
      ...disease('flu', 'disease', { side_effects: ['ache'] }),
      aliases: ['grippe'],
    };
    const other = disease('b', 'disease', {
      has: ['side effects', 'side_effects', 'flu', 'grippe'],
    });
    const both = new SaidValues(new KnowledgeBase([entity, other]));
    const sources = sourcesOf('', entity, 'side_effects');
    expect(both.unfounded('Side effects, side_effects of flu, grippe: ache.', sources)).toEqual([]);
    const without = sourcesOf('', { ...entity, aliases: [] }, 'has');
    expect(both.unfounded('Side effects of grippe.', without)).toEqual(['side effects', 'grippe']);
  });

  test('that are lists are founded where their items are', () => {
    const lists = [
      'fever; cough',
      'fever;ache',
      '内科；外科',
      'fever.',
      '1,000',
      'cold, has: fever',
    ];
    const entity = disease('cold', 'disease', {
      has: ['fever', 'cough', '外科', '内科', '1', '000'],
    });
    const both = new KnowledgeBase([entity, disease('b', 'disease', { has: lists })]);
    const values = new SaidValues(both);
    const sources = sourcesOf('', entity, 'has');
    expect(values.in('Cold, has: fever; cough. 内科；外科')).toEqual([
      'cold, has: fever',
      'cough',
      '内科；外科',
    ]);
    for (const text of ['Cold, has: fever; cough', 'fever; cough', '内科；外科', 'Fever.'])
      expect(values.unfounded(text, sources), text).toEqual([]);
    expect(values.unfounded('fever;ache and 1,000', sources)).toEqual(['fever;ache', '1,000']);
  });

  test('are each told once', () => {
    expect(said.in('cough, Cough, fever')).toEqual(['cough', 'fever']);
  });
});

describe('sentences from the base', () => {
  const cold = disease('cold', 'disease', { symptoms: ['fever', 'cough'], cause: ['virus'] });
  const other = disease('cold', 'drug', {});

  test('say a row', () => {
    const row = { entity: cold, attribute: 'symptoms', values: ['fever', 'cough'] };
    expect(rowText(row, 'en')).toBe('cold, symptoms: fever; cough.');
    expect(rowText(row, 'zh')).toBe('cold，symptoms：fever；cough。');
  });

  test('or that there is none', () => {
    expect(notFoundText('en')).toBe('The knowledge base has nothing on this.');
    expect(otherNameText(cold, 'zh')).toBe('知识库中没有这个名称。您指的是cold吗？');
    expect(unsupportedText(cold, 'en')).toBe(
      'The knowledge base does not say this of cold. It knows: symptoms; cause.',
    );
    expect(ambiguousText([cold, other], 'en')).toContain('cold (disease); cold (drug)');
  });
});

describe('sentences', () => {
  test.each([
    ['Fever. And', 6],
    ['Fever.', 0],
    ['It is 3.5 g', 0],
    ['Really?! Yes', 8],
    ['发热。咳', 3],
    ['发热', 0],
    ['a\n\nb', 3],
  ])('of %j end at %i', (text, end) => {
    expect(endOfSentences(text, 0)).toBe(end);
  });

  test('are looked for from a place on', () => {
    expect(endOfSentences('A. B. C', 2)).toBe(5);
    expect(endOfSentences('A. B', 2)).toBe(2);
  });
});

describe('the place of phrases', () => {
  const placed = (text: string, phrases: string[]): string | undefined => {
    const span = spanOfPhrases(text, phrases);
    return span && text.slice(span.start, span.end);
  };

  test('is from the first to the last, in the characters of the text', () => {
    expect(placed('It has Fever, and a  rash.', ['fever', 'rash'])).toBe('Fever, and a  rash');
    expect(placed('  Ｆｅｖｅｒ   HIGH!', ['fever high'])).toBe('Ｆｅｖｅｒ   HIGH');
    expect(placed('nothing', ['fever'])).toBeUndefined();
  });

  test('is right where a character is written as several, or several as one', () => {
    expect(placed('the ﬁne cafe\u0301 is', ['fine', 'café'])).toBe('ﬁne cafe\u0301');
    expect(placed('𠀀x𠀀', ['x'])).toBe('x');
    expect(placed('ﬀﬀ 𠀀 b', ['𠀀'])).toBe('𠀀');
  });
});
