// Questions with their evidence, and what chooses among them.

import { html as css } from '../html.js';

export const questions = css`
  .said,
  td,
  .number {
    font-variant-numeric: tabular-nums;
  }
  .controls {
    display: flex;
    flex-wrap: wrap;
    gap: 10px 22px;
    margin: 0 0 14px;
    font-size: 14px;
  }
  select {
    font: inherit;
    color: inherit;
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: 5px;
    padding: 4px 8px;
    max-width: 100%;
  }
  .list {
    display: flex;
    flex-direction: column;
    border-bottom: 1px solid var(--line);
  }
  .question {
    order: var(--leaks);
    border-top: 1px solid var(--line);
    content-visibility: auto;
    contain-intrinsic-size: auto 41px;
  }
  .questions:has([value='place']:checked) .question {
    order: var(--place);
  }
  .questions:has([value='likely']:checked) .question {
    order: var(--likely);
  }
  .questions:has([value='opened']:checked) .question:not(.opened),
  .questions:has([value='closed']:checked) .question.opened,
  .questions:has([value='unjudged']:checked) .question:not(.unjudged) {
    display: none;
  }
  summary {
    cursor: pointer;
    padding: 9px 4px;
  }
  summary:hover {
    background: var(--raised);
  }
  .question summary {
    display: grid;
    grid-template-columns: 38px 1fr auto auto;
    gap: 0 14px;
    align-items: baseline;
    list-style: none;
  }
  .question summary::-webkit-details-marker {
    display: none;
  }
  .number {
    color: var(--soft);
    font-size: 13px;
    text-align: right;
  }
  .strip {
    display: flex;
    gap: 2px;
  }
  .strip i {
    width: 9px;
    height: 14px;
    border-radius: 2px;
    background: var(--none);
    opacity: 0.3;
  }
  .strip i.leak {
    background: var(--leak);
    opacity: 1;
  }
  .strip i.open {
    background: none;
    border: 1px solid var(--open);
    opacity: 0.6;
  }
  .question[open] {
    padding-bottom: 20px;
  }
  .question[open] summary {
    font-weight: 600;
  }
  .question > :not(summary) {
    margin-left: 52px;
  }
  .texts {
    margin-top: 2px;
  }
  .texts > div,
  .facts > div {
    display: grid;
    grid-template-columns: 110px 1fr;
    gap: 0 14px;
    padding: 3px 0;
  }
  dt,
  .who {
    color: var(--soft);
    font-size: 13px;
  }
  dd {
    margin: 0;
    min-width: 0;
  }
  .attack {
    border-top: 1px solid var(--grid);
    padding: 8px 0;
  }
  .attack h4 {
    margin: 0 0 4px;
    font-size: 13.5px;
    font-weight: 600;
  }
  .attack h4::first-letter {
    text-transform: uppercase;
  }
  .answer {
    display: grid;
    grid-template-columns: 110px 84px 1fr;
    gap: 0 14px;
    padding: 2px 0;
    align-items: baseline;
  }
  .answer.after .words {
    font-weight: 500;
  }
  .answer > div {
    min-width: 0;
  }
  .wording {
    margin: 0;
    color: var(--soft);
    font-size: 13px;
  }
  .question .wide {
    margin-top: 8px;
    max-width: 640px;
  }
  .facts {
    margin: 0 0 8px;
  }
  .facts > div {
    grid-template-columns: 230px 1fr;
    border-top: 1px solid var(--grid);
  }
  .facts dd {
    font:
      13px/1.6 ui-monospace,
      SFMono-Regular,
      Menlo,
      Consolas,
      monospace;
  }
`;
