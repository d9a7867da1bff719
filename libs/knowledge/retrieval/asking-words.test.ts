import { expect, test } from 'vitest';
import { AskingWords } from './asking-words.js';

const words = new AskingWords(['symptoms', '症状', '治疗']);
const isFree = (question: string, name: string): boolean => {
  const start = question.indexOf(name);
  return words.isFree(question, { start, end: start + name.length });
};

test.each([
  ['what are the symptoms of fever?', 'fever'],
  ['fever: symptoms?', 'fever'],
  ['fever', 'fever'],
  ['关节炎有哪些症状？', '关节炎'],
  ['得了关节炎会有什么表现', '关节炎'],
  ['abc综合征如何治疗', 'abc综合征'],
])('in %j the name %j stands free', (question, name) => {
  expect(isFree(question, name)).toBe(true);
});

test.each([
  ['what are the symptoms of marsh fever?', 'fever'],
  ['what are the symptoms of fever xyz?', 'fever'],
  ['类风湿关节炎有哪些症状？', '关节炎'],
  ['关节炎骨刺有哪些症状？', '关节炎'],
])('in %j the name %j does not', (question, name) => {
  expect(isFree(question, name)).toBe(false);
});
