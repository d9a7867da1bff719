// What DeCo's authors publish of LLaVA-1.5-7B: CHAIRs and CHAIRi, in percent. Figures that we have not
// read ourselves are left out: greedy nucleus and beams, and POPE.

/** By row: of the README of zjunlp/Deco; of beams and nucleus by the authors in its issue 24. */
export const published: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  greedy: { CHAIRs: 45, CHAIRi: 14.7 },
  dola: { CHAIRs: 47.8, CHAIRi: 13.8 },
  deco: { CHAIRs: 37.8, CHAIRi: 11.1 },
  'deco-beam': { CHAIRs: 33, CHAIRi: 9.7 },
  'deco-nucleus': { CHAIRs: 42.8, CHAIRi: 13.2 },
};
