// Words, and characters of Chinese, that carry grammar or ask for something, and are no part of a name
// beside them.

const english = `
  a an the this that these those my your his her its our their i you he she it we they me him us them
  in of on at by for from to with without and or but as than if when while after before during against
  about into is are am was were be been do does did has have had can could may might must should will
  would not no who whom what which where why how there s
  avoid check compare cure describe diagnose explain find get give help know list manage need prevent
  recover show spread stop suffer take tell test treat use
  best common daily good main maximum minimum new normal recommended right safe typical usual`;
const chinese = '我你您他她它们的了得患有是在和与及或对为被把这那吗呢会能该者';

export const grammar: ReadonlySet<string> = new Set([...english.trim().split(/\s+/), ...chinese]);
