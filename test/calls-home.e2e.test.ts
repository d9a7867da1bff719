// Checks that nothing of the platform tries to leave its machine, in a network where that is seen.

import { expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { canCloseNetwork, inClosedNetwork } from './testing/closed-network.js';

const folder = useTempFolder();

test.skipIf(!canCloseNetwork())(
  'chat, training and evaluation call nobody, where a call home is seen',
  async () => {
    expect(await inClosedNetwork('whole-flow', folder.path)).toEqual({
      names: [],
      unroutable: 0,
      files: [],
      control: {
        names: ['mobile.events.data.microsoft.com'],
        unroutable: 2,
        files: expect.arrayContaining(['.cache']),
      },
    });
  },
  240_000,
);
