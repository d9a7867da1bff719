// The verbs that questions about people and things use, and their forms.

/** Base forms; a word counts as a verb only where the grammar of a question expects one. */
export const baseVerbs = new Set(
  `accept achieve address advise affect align appear apply approach appreciate ask aspire attend attribute balance become begin believe belong blend bring build buy call
  carry celebrate change check choose collaborate collect combine come communicate compare compose connect consider contact continue contribute convey cook cope cost
  create deal decide define depict describe design detail develop differ discuss distinguish do draw drive earn eat embrace employ encourage engage enhance enjoy enrich
  ensure establish evoke evolve exist expand experience explain explore express feature feel fight find focus follow foster gain get give go grow guide handle
  happen have help highlight hold honor hope host identify impact impart improve include incorporate increase influence inform infuse inspire instill integrate
  intend interact intertwine introduce invest investigate join keep know lead learn leave like list live look love maintain make manage manifest marry master mean meet
  mention merge mirror motivate move name need occur offer open organize overcome own paint participate pay perceive perform play plan portray practice prefer
  prepare present preserve produce prompt promote provide publish pursue push qualify reach read receive recommend recognize record reflect reinforce relate
  release rely remain remember represent research reside resonate respond retire run say see seek sell send serve set shape share show shift showcase sleep speak specialize
  spend stand start stay stem strengthen strike study suffer suggest support surface surround symbolize take talk teach tell think touch tour train travel treat try turn understand
  unite use value venture view visit volunteer wake want watch wear weave win wish work write`.split(
    /\s+/,
  ),
);

/** Past tense and participle where they are not made with -ed. */
const irregular: Readonly<Record<string, readonly [past: string, participle: string]>> = {
  become: ['became', 'become'],
  begin: ['began', 'begun'],
  bring: ['brought', 'brought'],
  build: ['built', 'built'],
  buy: ['bought', 'bought'],
  choose: ['chose', 'chosen'],
  come: ['came', 'come'],
  cost: ['cost', 'cost'],
  deal: ['dealt', 'dealt'],
  do: ['did', 'done'],
  draw: ['drew', 'drawn'],
  drive: ['drove', 'driven'],
  eat: ['ate', 'eaten'],
  feel: ['felt', 'felt'],
  fight: ['fought', 'fought'],
  find: ['found', 'found'],
  get: ['got', 'gotten'],
  give: ['gave', 'given'],
  go: ['went', 'gone'],
  grow: ['grew', 'grown'],
  have: ['had', 'had'],
  hold: ['held', 'held'],
  keep: ['kept', 'kept'],
  know: ['knew', 'known'],
  lead: ['led', 'led'],
  leave: ['left', 'left'],
  make: ['made', 'made'],
  mean: ['meant', 'meant'],
  meet: ['met', 'met'],
  overcome: ['overcame', 'overcome'],
  pay: ['paid', 'paid'],
  read: ['read', 'read'],
  run: ['ran', 'run'],
  say: ['said', 'said'],
  see: ['saw', 'seen'],
  seek: ['sought', 'sought'],
  sell: ['sold', 'sold'],
  send: ['sent', 'sent'],
  set: ['set', 'set'],
  show: ['showed', 'shown'],
  sleep: ['slept', 'slept'],
  speak: ['spoke', 'spoken'],
  spend: ['spent', 'spent'],
  stand: ['stood', 'stood'],
  strike: ['struck', 'struck'],
  take: ['took', 'taken'],
  teach: ['taught', 'taught'],
  tell: ['told', 'told'],
  think: ['thought', 'thought'],
  understand: ['understood', 'understood'],
  wake: ['woke', 'woken'],
  wear: ['wore', 'worn'],
  weave: ['wove', 'woven'],
  win: ['won', 'won'],
  write: ['wrote', 'written'],
};
const participles = new Set([
  'been',
  'born',
  ...Object.values(irregular).map(([, participle]) => participle),
]);

export const isParticiple = (word: string): boolean =>
  participles.has(word) || (/[a-z]{2}ed$/.test(word) && word !== 'need');

/** "write" -> "writes". */
export function thirdPerson(verb: string): string {
  if (verb === 'have') return 'has';
  if (/(?:s|x|z|ch|sh|o)$/.test(verb)) return `${verb}es`;
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`;
}

const doubled = new Set(['plan', 'stem']);

/** "write" -> "wrote". */
export function pastTense(verb: string): string {
  const known = irregular[verb];
  if (known) return known[0];
  if (verb.endsWith('e')) return `${verb}d`;
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ied`;
  return doubled.has(verb) ? `${verb}${verb.at(-1)}ed` : `${verb}ed`;
}
