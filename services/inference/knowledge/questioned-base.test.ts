import { describe, expect, test } from 'vitest';
import type { Entity } from '#knowledge/entity.js';
import { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { QuestionedBase } from './questioned-base.js';
import { MAX_LINKS, ROW_CHARACTERS } from './row-limits.js';

type Rows = Record<string, string[]>;
const entity = (type: string, name: string, aliases: string[], rows: Rows): Entity => ({
  id: `${type}:${name}`,
  type,
  name,
  aliases,
  attributes: new Map(Object.entries(rows)),
});

const base = new QuestionedBase(
  new KnowledgeBase([
    entity('disease', 'measles', ['rubeola', 'spots'], { symptoms: ['fever', 'rash'] }),
    entity('disease', 'rubella', ['spots', 'measles'], { cause: ['a virus'] }),
    entity('drug', 'cold', [], { dose: ['one'] }),
    entity('disease', 'cold', [], { symptoms: ['cough'] }),
  ]),
);

const outcome = (name: string, attribute: string) =>
  base.outcome({
    question: `What of ${name}?`,
    link: { name, attribute },
    rival: undefined,
    isSure: true,
    most: Infinity,
  });

const linkedTo = (name: string, question: string, { rival = '', isSure = true } = {}) =>
  base.outcome({
    question,
    link: { name, attribute: 'symptoms' },
    rival: rival === '' ? undefined : { name: rival, attribute: 'symptoms' },
    isSure,
    most: Infinity,
  });

describe('candidates of a question', () => {
  test('have their names, and the attributes of their type', () => {
    const { candidates } = base.candidates({ question: 'Has measles a cause?', count: 4 });
    expect(candidates[0]).toMatchObject({
      id: 'disease:measles',
      names: ['measles', 'rubeola', 'spots'],
      attributes: ['symptoms', 'cause'],
      rows: [['fever', 'rash'], []],
    });
  });

  test('say how likely the wording asks for each attribute', () => {
    const asked = (question: string, more = {}): readonly number[] =>
      base.candidates({ question, count: 1, ...more }).candidates[0]!.asked;
    const [symptoms = 0, cause = 0] = asked('What causes measles?');
    expect(cause).toBeGreaterThan(symptoms);
    const [hidden = 0] = asked('What causes measles?', { hidesWording: true });
    expect(hidden).toBeGreaterThan(symptoms);
    // The name says nothing of the attribute, unless it is taken as no name.
    expect(asked('What causes rubeola?')).toEqual([symptoms, cause]);
    expect(asked('What causes spots measles?')).toEqual([symptoms, cause]);
  });

  test('are not offered by an alias that is the name of another', () => {
    const { candidates } = base.candidates({ question: 'Has rubella a cause?', count: 4 });
    expect(candidates[0]).toMatchObject({ name: 'rubella', names: ['rubella', 'spots'] });
  });

  test('are left out where all would be too many links, the first never', () => {
    const named = (i: number): Entity => {
      const aliases = Array.from({ length: 1000 }, (_, n) => `it${i}n${n}`);
      const rows = Array.from({ length: 30 }, (_, n) => [`a${n}`, ['x'.repeat(ROW_CHARACTERS)]]);
      return entity('t', `it ${i}`, aliases, Object.fromEntries(rows) as Rows);
    };
    const large = new QuestionedBase(new KnowledgeBase([named(1), named(2)]));
    const { candidates } = large.candidates({ question: 'What is it?', count: 2 });
    expect(candidates).toHaveLength(1);
    expect(candidates[0]!.names.length).toBe(Math.ceil(MAX_LINKS / 30));
  });
});

describe('a link', () => {
  test('by name or alias leads to a row', () => {
    for (const name of ['measles', 'Rubeola'])
      expect(outcome(name, 'symptoms')).toMatchObject({
        status: 'grounded',
        entity: { id: 'disease:measles' },
        values: ['fever', 'rash'],
        text: 'measles, symptoms: fever; rash.',
      });
  });

  test('to a row that is not there says what there is', () => {
    expect(outcome('measles', 'cause')).toMatchObject({
      status: 'unsupported',
      text: 'The knowledge base does not say this of measles. It knows: symptoms.',
    });
  });

  test('by an alias of two, or about as likely as another, asks which is meant', () => {
    const both = ['disease:measles', 'disease:rubella'];
    const near = linkedTo('measles', 'What of red dots?', { rival: 'rubella' });
    for (const asked of [outcome('spots', 'symptoms'), near]) {
      expect(asked).toMatchObject({ status: 'ambiguous', values: [] });
      expect(asked.meant.map(({ id }) => id)).toEqual(both);
      expect(asked.text).toContain('measles; rubella');
    }
  });

  test('by an alias of two means the one that the question names', () => {
    const linked = (question: string) =>
      base.outcome({
        question,
        link: { name: 'spots', attribute: 'symptoms' },
        rival: undefined,
        isSure: true,
        most: 9,
      });
    expect(linked('What of measles?').entity).toMatchObject({ id: 'disease:measles' });
    expect(linked('What of spots, or rubella?').entity).toMatchObject({ id: 'disease:rubella' });
    expect(linked('What of measles and rubella?')).toMatchObject({ status: 'ambiguous' });
    expect(linked('What of red dots?')).toMatchObject({ status: 'ambiguous' });
  });

  test('to what the question says by an alias of two asks, unless it says more', () => {
    const linked = (question: string) =>
      base.outcome({
        question,
        link: { name: 'measles', attribute: 'symptoms' },
        rival: undefined,
        isSure: true,
        most: 9,
      });
    expect(linked('What of spots?')).toMatchObject({ status: 'ambiguous' });
    expect(linked('What of spots, so rubeola?')).toMatchObject({ status: 'grounded' });
    expect(linked('What of red dots?')).toMatchObject({ status: 'grounded' });
  });

  test('to what is part of a longer name is not sure enough by that', () => {
    for (const question of ['What of German measles?', 'What of measles encephalitis?'])
      expect(linkedTo('measles', question, { isSure: false })).toMatchObject({
        status: 'not_found',
      });
    expect(
      linkedTo('measles', 'What of the symptoms of measles?', { isSure: false }),
    ).toMatchObject({
      status: 'grounded',
    });
  });

  test('to what the question names, and nothing else, is sure enough', () => {
    const unsure = { rival: 'rubella', isSure: false };
    for (const name of ['measles', 'Rubeola'])
      expect(linkedTo('measles', `What of ${name}?`, unsure)).toMatchObject({
        status: 'grounded',
        entity: { id: 'disease:measles' },
      });
    // The model may say it by a name of two.
    expect(linkedTo('spots', 'What of measles?', unsure)).toMatchObject({ status: 'grounded' });
    // Of a drug nobody asks the symptoms: not of this one of two types, nor of this beside another.
    expect(linkedTo('cold', 'What of the cold?', unsure)).toMatchObject({ status: 'grounded' });
    const status = (name: string, question: string, more = unsure) =>
      linkedTo(name, question, more).status;
    expect(status('measles', 'What of measles and rubella?')).toBe('not_found');
    expect(status('measles', 'What of rubella?')).toBe('not_found');
    expect(status('measles', 'What of spots?')).toBe('not_found');
    expect(status('measles', 'What of red dots?')).toBe('not_found');
    const near = { rival: 'rubella', isSure: true };
    expect(status('measles', 'What of measles and rubella?', near)).toBe('ambiguous');
  });

  test('to what the question says another name in the place of finds nothing, and asks back', () => {
    const fevers = new QuestionedBase(
      new KnowledgeBase([
        entity('disease', 'yellow fever', ['black vomit'], { symptoms: ['jaundice'] }),
        entity('disease', '慢性白血病', [], { symptoms: ['发热'] }),
      ]),
    );
    const asked = { rival: undefined, isSure: true, most: 9 };
    const linked = (question: string, more = {}, name = 'yellow fever') =>
      fevers.outcome({ ...asked, question, link: { name, attribute: 'symptoms' }, ...more });
    expect(linked('What of the hay fever?')).toMatchObject({
      status: 'not_found',
      meant: [{ name: 'yellow fever' }],
      values: [],
      text: 'The knowledge base has nothing of this name. Is yellow fever meant?',
    });
    expect(linked('急性白血病有什么表现？', {}, '慢性白血病').text).toBe(
      '知识库中没有这个名称。您指的是慢性白血病吗？',
    );
    expect(linked('What of the hay fever?', { isSure: false }).status).toBe('not_found');
    const both = 'What of hay fever, or black vomit?';
    expect(linked(both).status).toBe('grounded');
    expect(linked(both, { hiddenNames: ['black vomit'] }).status).toBe('not_found');
    for (const question of ['What of yelow fever?', 'What of yellow fever?', 'What of fever?'])
      expect(linked(question).status).toBe('grounded');
  });

  test('by a name that is hidden is not what the question names', () => {
    const asked = {
      question: 'What of rubeola?',
      link: { name: 'measles', attribute: 'symptoms' },
      rival: undefined,
      isSure: false,
      most: 9,
    };
    expect(base.outcome(asked).status).toBe('grounded');
    expect(base.outcome({ ...asked, hiddenNames: ['rubeola'] }).status).toBe('not_found');
  });

  test('by a name of two types means the one whose type has the attribute', () => {
    expect(outcome('cold', 'dose')).toMatchObject({ entity: { id: 'drug:cold' } });
    const types = new QuestionedBase(
      new KnowledgeBase([
        entity('drug', 'cold', [], { use: ['one'] }),
        entity('disease', 'cold', [], { use: ['none'] }),
      ]),
    );
    const asked = { question: '', rival: undefined, isSure: true, most: 9 };
    expect(types.outcome({ ...asked, link: { name: 'cold', attribute: 'use' } })).toMatchObject({
      status: 'ambiguous',
      text: 'This may be about more than one: cold (drug); cold (disease). Which one is meant?',
    });
  });

  test('that is missing finds nothing, in the language of the question', () => {
    const asked = { link: undefined, rival: undefined, isSure: true, most: 9 };
    expect(base.outcome({ ...asked, question: '感冒？' })).toMatchObject({
      status: 'not_found',
      text: '知识库中没有相关内容。',
    });
  });

  test('to ten thousand values shows as many as fit, whole ones alone', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => `value ${i}`);
    const large = new QuestionedBase(new KnowledgeBase([entity('t', 'it', [], { has: values })]));
    const link = { name: 'it', attribute: 'has' };
    const asked = { question: '', rival: undefined, isSure: true, link };
    const { values: shown, valuesLeftOut } = large.outcome({ ...asked, most: Infinity });
    expect(shown.join('').length).toBeLessThanOrEqual(ROW_CHARACTERS);
    expect(shown.length + valuesLeftOut).toBe(10_000);
    expect(shown).toEqual(values.slice(0, shown.length));
    expect(shown.length).toBeGreaterThan(700);
    expect(large.outcome({ ...asked, most: 2 }).values).toEqual(['value 0', 'value 1']);
  });

  test('to one long value shows it whole', () => {
    const long = 'x'.repeat(ROW_CHARACTERS + 1);
    const one = new QuestionedBase(new KnowledgeBase([entity('t', 'it', [], { has: [long] })]));
    const asked = { question: '', rival: undefined, isSure: true, most: Infinity };
    expect(one.outcome({ ...asked, link: { name: 'it', attribute: 'has' } }).values).toEqual([
      long,
    ]);
  });
});

describe('what an answer says', () => {
  const row = { question: 'Is cough one?', entityId: 'disease:measles', attribute: 'symptoms' };
  const asked = { ...row, isWhole: true };

  test('is founded in the row, what it was found by, and the question', () => {
    expect(base.isFounded({ ...asked, text: 'Measles: fever, rash. Not cough.' })).toBe(true);
    expect(base.isFounded({ ...asked, text: 'Fever and a virus.' })).toBe(false);
  });

  test('a whole answer says a value of the row', () => {
    const says = (text: string, isWhole: boolean) => base.isFounded({ ...row, text, isWhole });
    expect(says('Measles shows itself.', false)).toBe(true);
    expect(says('Measles shows itself.', true)).toBe(false);
    expect(says('Measles shows itself by FEVER.', true)).toBe(true);
  });

  test('of the row is from the first value to the last, or all', () => {
    expect(base.spanOf('It has rash, or FEVER!', ['fever', 'rash'])).toEqual({ start: 7, end: 21 });
    expect(base.spanOf('It has.', ['fever'])).toEqual({ start: 0, end: 7 });
  });
});
