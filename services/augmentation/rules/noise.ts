// Noise as people make it: typing errors, lower case, filler words. Names stay as they are, or the
// question would be about someone else.

import { pick, type Random } from '../augment/random.js';
import { fillers, trailers } from './wordings.js';

/** Share of the words long enough for one that get a typing error. */
const ERROR_RATE = 0.3;
const SHORTEST = 4;

export function addNoise(random: Random, question: string, subject = ''): string {
  const name = new Set(subject.split(' '));
  const words = question.split(' ').map((word, i) => {
    const isPlain = i === 0 ? /^\p{Lu}?\p{Ll}+$/u.test(word) : /^\p{Ll}+[?.,]?$/u.test(word);
    if (!isPlain || name.has(word)) return word;
    const letters = word.toLowerCase().replace(/[?.,]$/, '');
    const end = word.slice(letters.length);
    return (
      (letters.length >= SHORTEST && random() < ERROR_RATE ? mistype(random, letters) : letters) +
      end
    );
  });
  const end = pick(random, ['?', '??', '', '?']);
  return `${pick(random, fillers)}${words.join(' ').replace(/(?<![?.!])[?.!]+$/, '')}${end}${pick(random, trailers)}`;
}

/** Two letters swapped, one dropped, or one doubled; the first letter stays. */
export function mistype(random: Random, word: string): string {
  const at = 1 + Math.floor(random() * (word.length - 2));
  const kind = random();
  if (kind < 0.4) return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
  if (kind < 0.8) return word.slice(0, at) + word.slice(at + 1);
  return word.slice(0, at) + word[at] + word.slice(at);
}
