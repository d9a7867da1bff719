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
        '{name}有哪些症状？',
        '{name}的典型症状是什么？',
        '{name}早期有什么征兆？',
        '身上出现什么情况说明可能是{name}？',
        '{name}病人一般会出现哪些体征？',
        '如何判断自己是不是得了{name}？',
        '{name}的临床表现有哪些？',
      ],
    },
    {
      attribute: /病因/,
      wordings: [
        '{name}是什么引起的？',
        '为什么会得{name}？',
        '导致{name}的原因有哪些？',
        '{name}是怎么来的？',
        '{name}是怎么得上的？',
        '什么会造成{name}？',
        '{name}的发病原因是什么？',
        '哪些因素会诱发{name}？',
        '{name}由什么导致？',
      ],
    },
    {
      attribute: /高危因素/,
      wordings: [
        '{name}的危险因素有哪些？',
        '哪些情况会增加患{name}的风险？',
        '什么会让人更容易得{name}？',
        '{name}跟哪些高危因素有关？',
      ],
    },
    {
      attribute: /治疗/,
      wordings: [
        '{name}怎么治？',
        '得了{name}该怎么办？',
        '{name}用什么方法治疗？',
        '如何治疗{name}？',
        '{name}有哪些治疗方法？',
        '{name}能治好吗，怎么治？',
        '治{name}一般采取什么措施？',
        '医生通常怎么处理{name}？',
        '{name}的治疗方案是什么？',
      ],
    },
    {
      attribute: /科室/,
      wordings: [
        '{name}该挂什么科？',
        '得了{name}看什么科？',
        '{name}属于哪个科？',
        '{name}去医院哪个科室看？',
        '怀疑自己得了{name}，应该找哪个科的医生？',
        '{name}挂号挂哪个科？',
        '看{name}要去哪个门诊？',
      ],
    },
    {
      attribute: /检查/,
      wordings: [
        '怀疑{name}需要做什么检查？',
        '{name}怎么确诊？',
        '诊断{name}要做哪些化验？',
        '{name}要做哪些检查项目？',
        '查{name}需要拍片子还是抽血？',
        '确诊{name}靠什么检查？',
        '{name}需要进行哪些辅助检查？',
        '去医院查{name}，一般查什么？',
      ],
    },
    {
      attribute: /人群|群体/,
      wordings: [
        '哪些人容易得{name}？',
        '{name}多见于什么人？',
        '什么人要当心{name}？',
        '{name}好发于哪些人？',
        '{name}在哪类人群里比较常见？',
        '谁最容易患{name}？',
        '{name}的易感者是哪些人？',
      ],
    },
    {
      attribute: /(?<!入药)部位/,
      wordings: [
        '{name}发生在身体哪里？',
        '{name}影响身体的哪个部位？',
        '{name}出现在什么位置？',
        '{name}是哪个器官的病？',
        '{name}一般长在哪儿？',
        '{name}累及哪些部位？',
        '{name}病变在哪里？',
      ],
    },
    {
      attribute: /入药部位/,
      wordings: [
        '{name}用的是哪一部分？',
        '{name}的哪一部分可以入药？',
        '{name}拿来做药的是根还是叶？',
        '{name}取什么部位作药材？',
        '中药{name}是植物的哪个部分？',
      ],
    },
    {
      attribute: /并发症/,
      wordings: [
        '{name}会引起哪些其他疾病？',
        '{name}不治会发展成什么？',
        '{name}可能并发什么？',
        '{name}有哪些并发症？',
        '{name}会带来什么后遗的毛病？',
        '得了{name}以后还可能出现什么病？',
        '{name}严重了会合并什么问题？',
      ],
    },
    {
      attribute: /传染性/,
      wordings: [
        '{name}会传染吗？',
        '{name}有没有传染性？',
        '{name}能传给别人吗？',
        '跟{name}病人接触会不会被传上？',
        '{name}是传染病吗？',
      ],
    },
    {
      attribute: /传播/,
      wordings: [
        '{name}是怎么传播的？',
        '{name}通过什么途径传染？',
        '{name}靠什么传给别人？',
        '人是怎样被传上{name}的？',
        '{name}经由哪些方式扩散？',
      ],
    },
    {
      attribute: /预防/,
      wordings: [
        '怎样预防{name}？',
        '如何避免得{name}？',
        '平时怎么做才能不得{name}？',
        '{name}能预防吗，怎么防？',
        '防止{name}有什么办法？',
      ],
    },
    {
      attribute: /鉴别/,
      wordings: [
        '{name}容易和什么病混淆？',
        '{name}要与哪些疾病区分？',
        '哪些病看起来像{name}？',
        '诊断{name}时需要排除什么病？',
        '{name}应当同哪些疾病相鉴别？',
      ],
    },
    {
      attribute: /成份|成分/,
      wordings: [
        '{name}里面含有什么？',
        '{name}是由什么组成的？',
        '{name}的主要成分是什么？',
        '{name}是什么做的？',
        '{name}含哪些有效成分？',
        '{name}的配方里有什么？',
      ],
    },
    {
      attribute: /适应症|主治/,
      wordings: [
        '{name}治什么病？',
        '什么情况下可以用{name}？',
        '{name}适用于哪些情况？',
        '{name}能治疗什么？',
        '{name}主要用来治什么？',
        '哪些病可以用{name}来治？',
        '{name}对什么病有效？',
        '医生什么时候会开{name}？',
        '得了什么病要吃{name}？',
      ],
    },
    {
      attribute: /不良反应/,
      wordings: [
        '{name}有什么副作用？',
        '吃了{name}会有哪些不舒服？',
        '用{name}可能出现什么反应？',
        '{name}有哪些不良反应？',
        '服用{name}后可能有什么不适？',
        '{name}的副作用大不大，都有什么？',
        '用了{name}会不会难受，会怎样难受？',
        '{name}对身体有什么坏处？',
      ],
    },
    {
      attribute: /用法|用量/,
      wordings: [
        '{name}怎么吃？',
        '{name}该怎么用？',
        '{name}一次用多少？',
        '{name}一天吃几次，每次多少？',
        '{name}的服用方法是什么？',
        '{name}的剂量是多少？',
        '请问{name}怎么服用？',
        '{name}要怎么用药？',
      ],
    },
    {
      attribute: /禁忌/,
      wordings: [
        '哪些人不能用{name}？',
        '什么情况下不可以使用{name}？',
        '{name}有什么忌讳？',
        '{name}禁用于哪些人？',
        '哪些病人不宜服用{name}？',
        '有什么情况就不能吃{name}？',
        '{name}不适合什么样的人？',
      ],
    },
    {
      attribute: /注意/,
      wordings: [
        '使用{name}要注意什么？',
        '吃{name}时该当心什么？',
        '用{name}的时候有哪些注意事项？',
        '服用{name}期间需要留意什么？',
        '用{name}之前要知道什么？',
      ],
    },
    {
      attribute: /贮藏|储藏/,
      wordings: [
        '{name}怎么保存？',
        '{name}应该放在哪里存放？',
        '{name}要怎样储存？',
        '{name}在家里怎么放？',
        '{name}需要冷藏吗，怎么存？',
        '{name}的保存条件是什么？',
      ],
    },
    {
      attribute: /有效期/,
      wordings: [
        '{name}能放多久？',
        '{name}的保质期是多长？',
        '{name}多长时间过期？',
        '{name}的有效期有几个月？',
        '{name}可以保存多长时间？',
      ],
    },
    {
      attribute: /相互作用/,
      wordings: [
        '{name}不能和什么药一起吃？',
        '{name}与哪些药物会相互影响？',
        '{name}跟别的药同时用会怎样？',
        '吃{name}的时候不能再吃什么药？',
        '{name}和哪些药有冲突？',
      ],
    },
    {
      attribute: /分类/,
      wordings: [
        '{name}属于哪一类药？',
        '{name}是什么类型的药？',
        '{name}归在哪种药里？',
        '{name}是哪种药物？',
        '{name}算什么药？',
      ],
    },
    {
      attribute: /功效/,
      wordings: [
        '{name}有什么作用？',
        '{name}有哪些好处？',
        '{name}有什么功效？',
        '{name}吃了有什么用？',
        '中药{name}能起什么作用？',
      ],
    },
    {
      attribute: /性味/,
      wordings: [
        '{name}是什么味道、什么药性？',
        '{name}性寒还是性温？',
        '{name}的药性怎么样？',
        '{name}是苦的还是甜的，性质如何？',
      ],
    },
    {
      attribute: /采收/,
      wordings: [
        '{name}什么时候采收？',
        '什么季节采{name}？',
        '{name}几月份采摘？',
        '收{name}是在什么时节？',
      ],
    },
    {
      attribute: /毒性/,
      wordings: [
        '{name}有毒吗？',
        '{name}有没有毒？',
        '{name}吃了会中毒吗？',
        '{name}的毒大不大？',
      ],
    },
    {
      attribute: /相关疾病/,
      wordings: [
        '{name}能查出什么病？',
        '什么病需要做{name}？',
        '{name}异常可能是什么病？',
        '做{name}是为了查哪些疾病？',
        '{name}跟哪些病有关？',
      ],
    },
    {
      attribute: /相关症状/,
      wordings: [
        '出现什么症状要做{name}？',
        '哪些不适需要做{name}检查？',
        '{name}结果不正常会有什么表现？',
        '{name}与哪些症状有关？',
      ],
    },
  ],
};

export const wordingsIn: Readonly<Record<Language, Wordings>> = { en, zh };
