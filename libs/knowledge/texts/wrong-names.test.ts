import { expect, test } from 'vitest';
import { KnowledgeBase } from '../knowledge-base.js';
import { SaidValues, sourcesOf } from './said-values.js';

const named = (name: string, ...aliases: string[]) => ({
  id: `drug:${name}`,
  type: 'drug',
  name,
  aliases,
  attributes: new Map([['dose', [`dose of ${name}`, 'twice a day', '每日两次']]]),
});
const base = new KnowledgeBase([
  named('Sulvane', 'Sulvanol'),
  named('Corvia'),
  named('marsh fever'),
  named('hay fever'),
  named('Лихорадка'),
  named('阿莫西林胶囊'),
  named('急性胃炎', '胃'),
  named('慢性胃炎'),
  named('炎的dose'),
]);
const said = new SaidValues(base);
const wrongIn = (text: string, name: string, question = ''): string[] =>
  said.unfounded(text, sourcesOf(question, base.get(`drug:${name}`), 'dose'));

test.each([
  ['Sulvanor is taken twice a day.', 'Sulvane', ['sulvanor']],
  ['Sulvanor, sulvanor: twice a day.', 'Sulvane', ['sulvanor']],
  ['Sulvano is taken twice a day.', 'Sulvane', ['sulvano']],
  ['Sulvnae is taken twice a day.', 'Sulvane', ['sulvnae']],
  ['Corvia is taken twice a day.', 'Sulvane', ['corvia']],
  ['Hay fever: twice a day.', 'marsh fever', ['hay fever']],
  ['Marhs fever: twice a day.', 'marsh fever', ['marhs']],
  ['阿莫西淋胶囊，每日两次。', '阿莫西林胶囊', ['阿莫西淋胶囊']],
  ['慢性胃炎，每日两次。', '急性胃炎', ['慢性胃炎']],
])('"%s" of %s says %j', (text, name, expected) => expect(wrongIn(text, name)).toEqual(expected));

test.each([
  ['Sulvane and Sulvanol are taken twice a day.', 'Sulvane'],
  ["Sulvanol's dose: sulvanols twice a day.", 'Sulvane'],
  ['A fever like that is never treated. Fevers: twice a day.', 'marsh fever'],
  ['При лихорадке: лихорадку, twice a day.', 'Лихорадка'],
  ['阿莫西林胶，囊每日两次。', '阿莫西林胶囊'],
  ['阿莫西林胶的每日两次。', '阿莫西林胶囊'],
  ['胃口：每日两次。', '慢性胃炎'],
  ['慢性胃炎的dose：每日两次。', '慢性胃炎'],
])('"%s" of %s says no wrong name', (text, name) => expect(wrongIn(text, name)).toEqual([]));

test('what the question says is not wrong, however it is written', () => {
  expect(wrongIn('Sulvanor: twice a day.', 'Sulvane', 'How is Sulvanor taken?')).toEqual([]);
  expect(wrongIn('Not as Corvia: twice a day.', 'Sulvane', 'As Corvia?')).toEqual([]);
});
