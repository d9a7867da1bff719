// How the page looks. What comes later goes before what comes earlier.

import { html as css, type Html } from './html.js';
import { colours } from './styles/colours.js';
import { narrow } from './styles/narrow.js';
import { paper } from './styles/paper.js';
import { plots } from './styles/plots.js';
import { questions } from './styles/questions.js';
import { tables } from './styles/tables.js';
import { text } from './styles/text.js';
import { verdict } from './styles/verdict.js';

export const style: Html = css`
  ${colours}${text}${verdict}${plots}${tables}${questions}${narrow}${paper}
`;
