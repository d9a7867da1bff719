import { expect, test } from 'vitest';
import { AskingWords } from './asking-words.js';
import { OtherNames } from './other-names.js';

const names = [
  'marsh fever',
  'hyperthyroidism',
  'hypothyroidism',
  'type 1 diabetes',
  'squamous cell',
];
const others = new OtherNames(names, new AskingWords(['symptoms', '症状', '治疗', '就诊科室']));

test.each([
  ['阴茎癌一般去看哪个科？', ['阴囊癌']],
  ['急性淋巴细胞性白血病有什么表现？', ['慢性淋巴细胞白血病']],
  ['低镁血症怎么治疗？', ['高镁血症']],
  ['眼睑痉挛有哪些表现？', ['眼睑检查']],
  ['学习障碍如何治疗？', ['听力障碍', '耳聋']],
  ['使用尿素维e乳膏时可能出现哪些不良反应？', ['尿素乳膏']],
  // The contrary.
  ['稳定型心绞痛的典型症状是什么？', ['不稳定型心绞痛']],
  ['What are the symptoms of Hodgkin lymphoma?', ['non-Hodgkin lymphoma']],
  // With more within it than a name has added.
  ['老年性黄斑变性发生前有什么征兆？', ['老年斑']],
  ['曲克芦丁氯化钠注射液的用法用量是什么？', ['曲克芦丁注射液']],
  // 增 is in 哪些情况会增加, beside no name.
  ['前列腺增生患者都有哪些症状？', ['前列腺癌']],
  ['What are the symptoms of hay fever?', ['marsh fever']],
  ['What of hypothyroidism of the aged?', ['hyperthyroidism of the aged']],
  ['What are the symptoms of type 2 diabetes?', ['type 1 diabetes']],
  ['What are the symptoms of marsh ague?', ['marsh fever']],
  ['What are the symptoms of hypothyroidism?', ['hyperthyroidism']],
  ['What are the symptoms of tachycardia?', ['bradycardia']],
  ['What are the symptoms of hypotension?', ['hypertension', 'high blood pressure']],
  ['Каковы симптомы гипотиреоза?', ['гипертиреоза']],
])('%j says another name than %j', (question, own) => {
  expect(others.says(question, own)).toBe(true);
});

test.each([
  // As it is, within a longer one, and in another order.
  ['What are the symptoms of marsh fever?', ['marsh fever']],
  ['得了腺垂体功能减退症会有哪些表现？', ['垂体功能减退症']],
  ['What of fever of the marsh?', ['marsh fever']],
  // With something more, or less.
  ['急性淋巴细胞性白血病有什么表现？', ['急性淋巴细胞白血病']],
  ['类风湿关节炎有哪些症状？', ['类风湿性关节炎']],
  ['水杨酸咪唑如何治疗？', ['水杨酸咪唑片']],
  // In two scripts.
  ['请问Barrettesophagus的病因是什么？', ['Barrettesophagus', 'Barrett食管']],
  ['得了Shy—Drager综合征如何治疗？', ['Shy—Drager综合征']],
  // Cut, before words that questions go on with.
  ['前列腺增如何治疗？', ['前列腺增生']],
  ['得了列腺增生还会有哪些症状？', ['前列腺增生']],
  // Misspelt.
  ['脑血形栓成怎么治疗？', ['脑血栓形成']],
  ['前列腺腺增生怎么治疗？', ['前列腺增生']],
  ['What are the symptoms of mrash fever?', ['marsh fever']],
  ['What are the symptoms of marrsh fever?', ['marsh fever']],
  ['What are the symptoms of squamous cel?', ['squamous cell']],
  ['What are the symptoms of tipe 1 diabetes?', ['type 1 diabetes']],
  // By another of its names, or by none that is like it.
  ['阴茎癌如何治疗？', ['阴囊癌', '阴茎癌']],
  ['甲亢如何治疗？', ['甲状腺功能亢进症']],
  ['What of red dots?', ['measles']],
  ['What are the symptoms of hipertension?', ['hypertension']],
  ['What may asthmatics take?', ['asthma']],
  ['What medication is there?', ['radiation']],
  ['Чем лечат лихорадкой?', ['лихорадка']],
  ['What of ague? And of fever?', ['marsh fever']],
  ['', ['measles']],
  ['?', ['']],
])('%j says no other name than %j', (question, own) => {
  expect(others.says(question, own)).toBe(false);
});
