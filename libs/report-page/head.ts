// What every page begins with: it loads nothing, in light and in dark.

import { type Html, html } from './html.js';

export const headOf = (title: string, policy: string, style: Html): Html =>
  html`<head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href="data:," />
    <title>${title}</title>
    <style>
      ${style}
    </style>
  </head>`;
