import { expect, test } from 'vitest';
import { AskingWords } from './asking-words.js';

const words = new AskingWords(['symptoms', '症状', '治疗', '性味']);
const isFree = (question: string, name: string): boolean => {
  const start = question.indexOf(name);
  return words.standing(question, { start, end: start + name.length }).isFree;
};

test.each([
  ['what are the symptoms of fever?', 'fever'],
  ['fever: symptoms?', 'fever'],
  ['fever', 'fever'],
  ['关节炎有哪些症状？', '关节炎'],
  ['得了关节炎会有什么表现', '关节炎'],
  ['abc综合征如何治疗', 'abc综合征'],
  ['how to prevent fever?', 'fever'],
  ['my fever does not go', 'fever'],
  ['他患有关节炎', '关节炎'],
])('in %j the name %j stands free', (question, name) => {
  expect(isFree(question, name)).toBe(true);
});

test.each([
  ['what are the symptoms of marsh fever?', 'fever'],
  ['what are the symptoms of fever xyz?', 'fever'],
  ['类风湿关节炎有哪些症状？', '关节炎'],
  ['关节炎骨刺有哪些症状？', '关节炎'],
  ['药物性关节炎怎么治疗？', '关节炎'],
  ['drug-induced fever', 'fever'],
])('in %j the name %j does not', (question, name) => {
  expect(isFree(question, name)).toBe(false);
});

const isPart = (question: string, name: string): boolean => {
  const start = question.indexOf(name);
  return words.standing(question, { start, end: start + name.length }).isPart;
};

test.each([
  ['what are the symptoms of marsh fever?', 'fever'],
  ['drug-induced fever', 'fever'],
  ['药物性关节炎怎么治疗？', '关节炎'],
  ['关节炎骨刺有哪些症状？', '关节炎'],
  ['支原体感染有什么表现？', '感染'],
  ['黄连上清丸属于哪种药物分类？', '黄连'],
  ['需怀疑瘢痕性幽门梗阻', '瘢痕'],
])('in %j the name %j is part of a longer one', (question, name) => {
  expect(isPart(question, name)).toBe(true);
});

test.each([
  ['is fever dangerous for kids?', 'fever'],
  ["what helps against my grandmother's fever?", 'fever'],
  ['what is the best fever treatment?', 'fever'],
  ['he has a cold, and fever too', 'fever'],
  ['关节炎有哪些症状？', '关节炎'],
  ['关节炎如何治疗？', '关节炎'],
  ['黄连性味如何？', '黄连'],
  ['哪些关节炎患者不能手术？', '关节炎'],
  ['关节炎还会出现什么症状？', '关节炎'],
])('in %j the name %j is not', (question, name) => {
  expect(isPart(question, name)).toBe(false);
});
