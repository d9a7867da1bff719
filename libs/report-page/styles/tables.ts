// Tables, lists of thresholds, badges.

import { html as css } from '../html.js';

export const tables = css`
  .wide {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    width: 100%;
    font-size: 14px;
  }
  th {
    text-align: left;
    font-weight: 400;
    padding: 5px 16px 5px 0;
  }
  thead th {
    color: var(--soft);
    font-size: 12.5px;
  }
  td {
    text-align: right;
    padding: 5px 0 5px 16px;
    white-space: nowrap;
  }
  thead th + th {
    text-align: right;
    padding: 5px 0 5px 16px;
  }
  tbody tr {
    border-top: 1px solid var(--grid);
  }
  .thresholds {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .thresholds li {
    padding: 5px 0;
    border-top: 1px solid var(--grid);
  }
  .badge {
    display: inline-block;
    border-radius: 9px;
    padding: 0 9px;
    font-size: 12.5px;
    line-height: 19px;
    white-space: nowrap;
    justify-self: start;
  }
  .badge.leak {
    color: var(--leak);
    background: var(--leak-paper);
  }
  .badge.none {
    color: var(--none);
    background: var(--none-paper);
  }
  .badge.open {
    color: var(--open);
    background: var(--open-paper);
  }
  .thresholds .badge {
    min-width: 62px;
    margin-right: 8px;
    text-align: center;
  }
`;
