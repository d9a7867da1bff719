// Plots: rows of a label, the marks and the figures.

import { html as css } from '../html.js';

export const plots = css`
  .plot-row {
    display: grid;
    grid-template-columns: 250px 1fr 190px;
    gap: 2px 22px;
    align-items: center;
    padding: 3px 0;
  }
  .plot-row + .plot-row:not(.axis) {
    border-top: 1px solid var(--grid);
  }
  .plot-row .label small,
  .plot-row .said small {
    display: block;
    line-height: 1.3;
  }
  .marks {
    padding: 0 16px;
  }
  .marks svg {
    display: block;
    overflow: visible;
  }
  .axis {
    padding: 0;
  }
  .axis text {
    fill: var(--soft);
    font-size: 11.5px;
  }
  .grid {
    stroke: var(--grid);
  }
  .zero {
    stroke: var(--before);
  }
  .threshold {
    stroke: var(--leak);
    stroke-dasharray: 4 3;
  }
  .whisker {
    stroke-width: 2;
  }
  .whisker.after {
    stroke: var(--after);
  }
  .whisker.before {
    stroke: var(--before);
    opacity: 0.55;
  }
  circle.after {
    fill: var(--after);
  }
  circle.before {
    fill: var(--paper);
    stroke: var(--before);
    stroke-width: 2;
  }
  path.reference {
    fill: var(--reference);
  }
  .bar.within {
    fill: var(--bar);
  }
  .bar.beyond {
    fill: var(--beyond);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 18px;
    margin: 0 0 8px;
    font-size: 13px;
    color: var(--soft);
  }
  .key {
    display: inline-block;
    width: 11px;
    height: 11px;
    margin-right: 6px;
    border-radius: 50%;
    vertical-align: -1px;
  }
  .key.after {
    background: var(--after);
  }
  .key.before {
    border: 2px solid var(--before);
  }
  .key.reference {
    background: var(--reference);
    border-radius: 0;
    transform: rotate(45deg) scale(0.8);
  }
  .key.interval {
    height: 2px;
    width: 18px;
    border-radius: 0;
    background: var(--after);
    vertical-align: 4px;
  }
`;
