import { expect, test } from 'vitest';
import { GuardedText } from './guarded-text.js';

const lies = async (text: string, isWhole: boolean): Promise<boolean> =>
  !/lie/.test(text) && !(isWhole && text.trim() === '');

/** What is told of pieces, up to where the guard strikes. */
async function told(pieces: readonly string[], guarded: GuardedText): Promise<string[]> {
  const texts: string[] = [];
  for (const [i, piece] of pieces.entries()) {
    const text = await guarded.add(piece, i === pieces.length - 1);
    if (text === undefined) return [...texts, guarded.instead('The row.')];
    texts.push(text);
  }
  return texts;
}

test('is let through by whole sentences', async () => {
  const guarded = new GuardedText(lies);
  expect(await told(['On', 'e. T', 'wo. Three', '!', ' Four'], guarded)).toEqual([
    '',
    'One.',
    ' Two.',
    ' Three!',
    ' Four',
  ]);
  expect(guarded.whole).toBe('One. Two. Three! Four');
});

test('ends in the row where a sentence is not from it; what was told stays', async () => {
  const guarded = new GuardedText(lies);
  expect(await told(['One. A l', 'ie. Two.'], guarded)).toEqual(['One.', '\nThe row.']);
  expect(guarded.whole).toBe('One.\nThe row.');
  expect(await told(['A lie'], new GuardedText(lies))).toEqual(['The row.']);
});

test('is looked at across sentences', async () => {
  const split = async (text: string): Promise<boolean> => !text.includes('B. C');
  expect(await told(['Of B. Cat', ' it is.'], new GuardedText(split))).toEqual([
    'Of B.',
    '\nThe row.',
  ]);
});

test('that says nothing of the row by its end has the row after it', async () => {
  const says = async (text: string, isWhole: boolean) => !isWhole || text.includes('row');
  expect(await told(['One. T', 'wo.'], new GuardedText(says))).toEqual(['One.', '\nThe row.']);
  expect(await told(['One. ', ''], new GuardedText(says))).toEqual(['One.', '\nThe row.']);
  expect(await told(['The row. ', ''], new GuardedText(says))).toEqual(['The row.', ' ']);
});

test('that is empty is the row', async () => {
  expect(await told([' \n'], new GuardedText(lies))).toEqual(['The row.']);
  expect(await told([' \n', '', ''], new GuardedText(lies))).toEqual([' \n', '', 'The row.']);
});
