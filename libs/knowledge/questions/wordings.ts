// How people ask for an attribute of an entity: wordings with {name} and {attribute} in them.

import type { Language } from '../texts/language.js';

export interface Wordings {
  /** For attributes that no kind below knows. */
  readonly general: readonly string[];
  /** By kinds of attributes, told by a pattern of their names. */
  readonly kinds: readonly { readonly attribute: RegExp; readonly wordings: readonly string[] }[];
}

const en: Wordings = {
  general: [
    'What is the {attribute} of {name}?',
    'What are the {attribute} of {name}?',
    'Tell me the {attribute} of {name}.',
    'Which {attribute} does {name} have?',
    'What do you know about the {attribute} of {name}?',
    '{name}: {attribute}?',
    'I would like to know the {attribute} of {name}.',
    'Can you tell me about {name} and its {attribute}?',
    'Please list the {attribute} of {name}.',
    'For {name}, what is the {attribute}?',
    'Could you look up the {attribute} of {name} for me?',
    'About {name}: what is known of its {attribute}?',
  ],
  kinds: [
    {
      attribute: /symptom|sign|phenotype/i,
      wordings: [
        'What are the symptoms of {name}?',
        'How does {name} show itself?',
        'How do I notice that somebody has {name}?',
        'Which signs point to {name}?',
        'What does {name} feel like?',
        'What happens to people with {name}?',
      ],
    },
    {
      attribute: /cause|etiolog|driver|basis/i,
      wordings: [
        'What causes {name}?',
        'Where does {name} come from?',
        'Why does one get {name}?',
        'What is {name} due to?',
        'What is behind {name}?',
      ],
    },
    {
      attribute: /treat|medication|therap/i,
      wordings: [
        'How is {name} treated?',
        'What helps against {name}?',
        'Which medicines are given for {name}?',
        'What can be done about {name}?',
        'What is prescribed for {name}?',
      ],
    },
    {
      attribute: /side.?effect|adverse/i,
      wordings: [
        'Which side effects does {name} have?',
        'Is there something unpleasant to expect of {name}?',
        'What can {name} do to me that I do not want?',
        'Does {name} have adverse reactions, and which?',
        'How badly is {name} tolerated?',
      ],
    },
    {
      attribute: /dos(e|age)/i,
      wordings: [
        'How much {name} should be taken?',
        'How is {name} to be taken?',
        'What is the dose of {name}?',
        'How often is {name} taken?',
      ],
    },
    {
      attribute: /specialt|department/i,
      wordings: [
        'Which doctor treats {name}?',
        'Whom do I see about {name}?',
        'Which department is responsible for {name}?',
        'Where do I go with {name}?',
      ],
    },
    {
      attribute: /location|site/i,
      wordings: [
        'Where in the body is {name}?',
        'Which part of the body does {name} affect?',
        'Where does {name} occur?',
      ],
    },
    {
      attribute: /transmi/i,
      wordings: [
        'How is {name} transmitted?',
        'How does one catch {name}?',
        'How does {name} spread?',
      ],
    },
    {
      attribute: /inherit/i,
      wordings: ['How is {name} inherited?', 'Is {name} passed on in families, and how?'],
    },
    {
      attribute: /^is.?a$/i,
      wordings: ['What kind of thing is {name}?', 'What is {name} a kind of?'],
    },
    {
      attribute: /onset/i,
      wordings: ['When does {name} begin?', 'At what age does {name} appear?'],
    },
  ],
};

const zh: Wordings = {
  general: [
    '{name}的{attribute}是什么？',
    '{name}的{attribute}有哪些？',
    '请问{name}的{attribute}是怎样的？',
    '请告诉我{name}的{attribute}。',
    '我想知道{name}的{attribute}。',
    '{name}有哪些{attribute}？',
    '关于{name}，{attribute}是什么？',
    '请问{name}有什么{attribute}？',
    '能介绍一下{name}的{attribute}吗？',
    '想了解{name}的{attribute}',
    '{attribute}方面，{name}是怎样的？',
    '{name}，{attribute}？',
  ],
  kinds: [
    {
      attribute: /(?<!相关)症状|表现/,
      wordings: [
        '得了{name}会有什么表现？',
        '{name}会让人哪里不舒服？',
        '怎么看出来是{name}？',
        '{name}患者通常有什么感觉？',
        '{name}发作起来是什么样子？',
      ],
    },
    {
      attribute: /病因|高危因素/,
      wordings: [
        '{name}是什么引起的？',
        '为什么会得{name}？',
        '导致{name}的原因有哪些？',
        '{name}是怎么来的？',
      ],
    },
    {
      attribute: /治疗/,
      wordings: [
        '{name}怎么治？',
        '得了{name}该怎么办？',
        '{name}用什么方法治疗？',
        '如何治疗{name}？',
      ],
    },
    {
      attribute: /科室/,
      wordings: ['{name}该挂什么科？', '得了{name}看什么科？', '{name}属于哪个科？'],
    },
    {
      attribute: /检查/,
      wordings: ['怀疑{name}需要做什么检查？', '{name}怎么确诊？', '诊断{name}要做哪些化验？'],
    },
    {
      attribute: /人群|群体/,
      wordings: ['哪些人容易得{name}？', '{name}多见于什么人？', '什么人要当心{name}？'],
    },
    {
      attribute: /(?<!入药)部位/,
      wordings: ['{name}发生在身体哪里？', '{name}影响身体的哪个部位？', '{name}出现在什么位置？'],
    },
    {
      attribute: /入药部位/,
      wordings: ['{name}用的是哪一部分？', '{name}的哪一部分可以入药？'],
    },
    {
      attribute: /并发症/,
      wordings: ['{name}会引起哪些其他疾病？', '{name}不治会发展成什么？', '{name}可能并发什么？'],
    },
    { attribute: /传染性/, wordings: ['{name}会传染吗？', '{name}有没有传染性？'] },
    { attribute: /传播/, wordings: ['{name}是怎么传播的？', '{name}通过什么途径传染？'] },
    { attribute: /预防/, wordings: ['怎样预防{name}？', '如何避免得{name}？'] },
    {
      attribute: /鉴别/,
      wordings: ['{name}容易和什么病混淆？', '{name}要与哪些疾病区分？'],
    },
    {
      attribute: /成份|成分/,
      wordings: ['{name}里面含有什么？', '{name}是由什么组成的？', '{name}的主要成分是什么？'],
    },
    {
      attribute: /适应症|主治/,
      wordings: [
        '{name}治什么病？',
        '什么情况下可以用{name}？',
        '{name}适用于哪些情况？',
        '{name}能治疗什么？',
      ],
    },
    {
      attribute: /不良反应/,
      wordings: [
        '{name}有什么副作用？',
        '吃了{name}会有哪些不舒服？',
        '用{name}可能出现什么反应？',
      ],
    },
    {
      attribute: /用法|用量/,
      wordings: ['{name}怎么吃？', '{name}该怎么用？', '{name}一次用多少？'],
    },
    {
      attribute: /禁忌/,
      wordings: ['哪些人不能用{name}？', '什么情况下不可以使用{name}？', '{name}有什么忌讳？'],
    },
    {
      attribute: /注意/,
      wordings: ['使用{name}要注意什么？', '吃{name}时该当心什么？'],
    },
    { attribute: /贮藏|储藏/, wordings: ['{name}怎么保存？', '{name}应该放在哪里存放？'] },
    { attribute: /有效期/, wordings: ['{name}能放多久？', '{name}的保质期是多长？'] },
    {
      attribute: /相互作用/,
      wordings: ['{name}不能和什么药一起吃？', '{name}与哪些药物会相互影响？'],
    },
    { attribute: /分类/, wordings: ['{name}属于哪一类药？', '{name}是什么类型的药？'] },
    { attribute: /功效/, wordings: ['{name}有什么作用？', '{name}有哪些好处？'] },
    { attribute: /性味/, wordings: ['{name}是什么味道、什么药性？', '{name}性寒还是性温？'] },
    { attribute: /采收/, wordings: ['{name}什么时候采收？', '什么季节采{name}？'] },
    { attribute: /毒性/, wordings: ['{name}有毒吗？', '{name}有没有毒？'] },
    {
      attribute: /相关疾病/,
      wordings: ['{name}能查出什么病？', '什么病需要做{name}？'],
    },
    {
      attribute: /相关症状/,
      wordings: ['出现什么症状要做{name}？', '哪些不适需要做{name}检查？'],
    },
  ],
};

export const wordingsIn: Readonly<Record<Language, Wordings>> = { en, zh };
