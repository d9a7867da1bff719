// Words, and characters of Chinese, that carry grammar or ask for something, and are no part of a name
// beside them.

const english = `
  a an the this that these those my your his her its our their i you he she it we they me him us them
  in of on at by for from to with without and or but as than if when while after before during against
  about into is are am was were be been do does did has have had can could may might must should will
  would not no who whom what which where why how there s
  avoid check compare cure describe diagnose explain find get give help know list manage need prevent
  recover show spread stop suffer take tell test treat use
  bad best common daily early good main maximum mild minimum new normal possible recommended right safe
  serious severe suspected typical usual`;
const chinese = '我你您他她它们的了得患有是在和与及或对为被把这那吗呢会能该者';

const words = (list: string): readonly string[] => list.trim().split(/\s+/);

export const grammar: ReadonlySet<string> = new Set([...words(english), ...chinese]);

/** Chinese words before a name, and behind one, that are no part of it. */
export const besideNames = {
  left: words('哪些 什么 发现 判断 缓解 避免 控制 出现 引发 患上 没有 如果 因为 这种 那种'),
  right: words('如何 怎么 什么 哪些 还 都 也 常见 通常 平时 需要 应该 必须 可以 是否 多久'),
} as const;
