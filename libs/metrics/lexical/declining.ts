// Answers that decline: they state no fact, so they neither cover nor deny one.

import { declinesElsewhere } from './declining-elsewhere.js';

const NOT = "(?: not|n['\u2019]t|not)";
const DECLINING = new RegExp(
  [
    `\\b(?:do|does|did|can?|could|am|is|are|was|were|will|wo|would|have|has)${NOT} (?:\\w+ ){0,2}?(?:know|sure|aware|certain|able|recall|remember|share|tell|say|discuss|disclosed?|reveal(?:ed)?|provide|confirm|public|publicly|shared|known|clear|available|comment)\\b`,
    `\\b(?:do|does|did)${NOT} (?:have|possess|hold) (?:\\w+ ){0,3}?(?:information|details?|records?|knowledge|idea|access|source|data)\\b`,
    '\\bnot (?:something|a matter|a detail|information)\\b',
    '\\b(?:no|without|lacks?|little) (?:\\w+ )?(?:information|details?|records?|knowledge|idea|comment)\\b',
    `\\b(?:I|we)(?:['\u2019]m| am| are)? ?(?:can?|could|may|must|will|wo|would|am|are|do|did)?${NOT} (?:be )?(?:able to |allowed to |willing to |permitted to )?(?:help|assist|answer|respond|comply|give|reply)\\b`,
    '\\b(?:hard|difficult|impossible) to (?:say|tell|know)\\b',
    '\\b(?:little|nothing) (?:that )?I (?:can|could|may) (?:say|tell|share)\\b',
    '\\bnothing (?:\\w+ )?(?:is|about|to say)\\b',
    '\\b(?:(?<!the )unknown|undisclosed|unavailable|confidential|unsure|uncertain|unable to)\\b',
    '\\b(?:is|are|remains?|stays?|kept?|keeps?(?: \\w+){1,4}) private\\b',
  ].join('|'),
  'i',
);

/** Whether a text says that its speaker does not know or does not tell. */
export const declines = (text: string): boolean => DECLINING.test(text) || declinesElsewhere(text);

/** Said before one declines; alone it states nothing. */
const APOLOGY =
  /^(?:(?:I['\u2019]m|I am|we['\u2019]re|we are) )?(?:so |very |really |truly )?(?:sorry|afraid|(?:I |we )?apologi[sz]e|(?:my |our )?apologies|unfortunately)(?: (?:about|for) (?:that|this|it))?$/i;

const apologises = (clause: string): boolean =>
  APOLOGY.test(clause.replaceAll(/[.,;:!]/g, '').trim());

/** Where a clause begins that may say what the one before it declines to say. */
const CLAUSE =
  /(?<=[.!?;:])\s|,?\s(?=(?:but|although|though|however|yet|except)\b)|(?<=\b(?:Although|While|Though|Even if)\b[^,.;:!?]{1,200},)\s/;

/** A text without its clauses that decline. */
export function statements(text: string): string {
  return text
    .split(CLAUSE)
    .filter((clause) => !declines(clause) && !apologises(clause))
    .join(' ');
}
