// Which attribute a question asks for, by words of it: the first rule that fits. Written for the kinds
// of CMeKG, and of the Disease Ontology.

const rules: readonly (readonly [RegExp, string])[] = [
  [/科室|哪个?科|什么科|挂|看哪/, '就诊科室'],
  [/鉴别|区别|区分|混淆/, '鉴别诊断'],
  [/传播|途径传/, '传播途径'],
  [/传染/, '传染性'],
  [/并发/, '并发症'],
  [/副作用|不良反应|不良/, '不良反应'],
  [/禁忌|忌用|不能用|不宜|慎用/, '禁忌'],
  [/用法|用量|怎么用|如何使用|怎么吃|怎么服|服用方法|几次|剂量/, '用法用量'],
  [/注意/, '注意事项'],
  [/相互作用|一起吃|同时服|同服/, '药物相互作用'],
  [/成[分份]|含有/, '成份'],
  [/贮藏|保存|存放|储存/, '贮藏'],
  [/有效期|保质期|多久过期/, '有效期'],
  [/哪[一]?类|什么类|分类|类型|种类/, '分类'],
  [/预防|避免/, '预防'],
  [/适应症|适用|用于|用途|治疗(哪些|什么)|治(什么|哪些)|作用|功效|主治/, '适应症'],
  [/治疗|怎么治|如何治|怎么办|吃什么药|手术|治愈|疗法/, '治疗'],
  [/检查|确诊|诊断|化验/, '检查'],
  [/人群|哪些人|什么人|群体|易感/, '多发群体'],
  [/部位|哪里/, '发病部位'],
  [/原因|病因|引起|导致|为什么|怎么得/, '病因'],
  [/症状|表现|征兆|体征|感觉|特征/, '症状'],
  [/symptom/i, 'symptom'],
  [/cause/i, 'cause'],
  [/inherit/i, 'inheritance'],
  [/risk/i, 'susceptibility'],
];

export const attributeOf = (question: string): string | undefined =>
  rules.find(([words]) => words.test(question))?.[1];
