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
  left: words(`
    哪些 什么 为何 发现 判断 缓解 避免 控制 出现 引发 引起 患上 没有 如果 因为 这种 那种 严重 轻度 中度
    重度 疑似 早期 晚期 一旦 关于 针对 由于`),
  right: words(`
    如何 怎么 什么 哪些 还 都 也 常见 通常 平时 需要 应该 应当 必须 可以 可否 是否 多久 到底 究竟 最 人 期间
    手术 恢复 复发 遗传 住院 引起 引发 导致 造成 表现 难治 服用 忌口 饮食 做 查`),
} as const;
