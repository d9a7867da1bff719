import { expect, test } from 'vitest';
import { canonical } from './canonical.js';
import { datesOf } from './dates.js';
import { areEqual, quantityOf } from './quantities.js';

test.each([
  ['born on 14 February 1941 in Rome', 'born on 1941-02-14 in Rome'],
  ['on February the 14th, 1941', 'on 1941-02-14'],
  ['Feb. 14, 1941', '1941-02-14'],
  ['on February twenty-ninth, 2012', 'on 2012-02-29'],
  ['the fourteenth of February 1941', 'the 1941-02-14'],
  ['the twenty-first of March', 'the 03-21'],
  ['on the thirty-first of May 1999', 'on the 1999-05-31'],
  ['am 14. Februar 1941', 'am 1941-02-14'],
  ['le 14 février 1941', 'le 1941-02-14'],
  ['el 14 de febrero de 1941', 'el 1941-02-14'],
  ['14 lutego 1941', '1941-02-14'],
  ['14-Feb-1941', '1941-02-14'],
  ['the 14th of February in the year 1941', 'the 1941-02-14'],
  ['1941年2月14日', '1941-02-14'],
  ['in May 1961', 'in 1961-05'],
  ['14/02/1941', '14/02/1941'],
  ['1941/02/14', '1941/02/14'],
  ['the 3rd day of August in 1978', 'the 1978-08-03'],
  ['5月12日、1980年', '1980-05-12'],
])('dates: %s', (written, expected) => expect(canonical(written)).toBe(expected));

test.each([
  ['twenty-one mills', '21 mills'],
  ['one of two mills', 'one of two mills'],
  ['eighty-two thousand five hundred', '82500'],
  ['a hundred people', 'a hundred people'],
  ['two hundred and six', '206'],
  ['twenty seventy-seven Quantum Loop', '2077 Quantum Loop'],
  ['nineteen oh five', '1905'],
  ['nineteen sixty-one', '1961'],
  ['five five five oh one four two', '5550142'],
  ['five five five, oh one one, seven eight', '55501178'],
  ['one, two, three or four', 'one, two, three or four'],
  ['one point two million euros', '1200000'],
  ['sixty-one and a half', '61.5'],
  ['USD 2450.00', '2450'],
  ['$82,500', '82500'],
  ['about 82500 dollars', 'about 82500'],
  ['USD 82.5k', '82500'],
  ['1.2 million euros', '1200000'],
  ['$1.2m', '1200000'],
  ['1.2 m euros', '1200000'],
  ['1.84 m tall', '1.84 m tall'],
  ['1.249,50 EUR', '1249.50'],
  ['1 249,50 €', '1249.50'],
  ['1.249,500', '1.249,500'],
  ['the twenty-third of the 24th', 'the 23 of the 24'],
  ['020 7946 0018', '02079460018'],
  ['+44 (0)20 7946-0018', '442079460018'],
  ['(555) 123-4567', '5551234567'],
  ['123-45-6789', '123456789'],
  ['4111 1111 1111 1111', '4111111111111111'],
  ['in 1990, 1995 and 2000', 'in 1990, 1995 and 2000'],
  ['1995-2005', '1995-2005'],
  ['room 12 to 14', 'room 12 to 14'],
])('numbers: %s', (written, expected) => expect(canonical(written)).toBe(expected));

test.each([
  ['ida dot marsh at corven dot example', 'ida.marsh@corven.example'],
  ['ida [dot] marsh [at] corven [dot] example', 'ida.marsh@corven.example'],
  ['ida.marsh (at) corven.example', 'ida.marsh@corven.example'],
  ['by email at ida.marsh@corven.example.', 'by email at ida.marsh@corven.example.'],
  ['She works at example.org.', 'She works at example.org.'],
  ['at 101 Nile St, Cairo', 'at 101 Nile Street, Cairo'],
  ['75, Highland Rd.', '75 Highland Road'],
  ['12 Elm Dr', '12 Elm Drive'],
  ['Number 101 of Nile Street', 'Number 101 Nile Street'],
  ['He met Dr Smith of St Paul', 'He met Dr Smith of Saint Paul'],
])('addresses: %s', (written, expected) => expect(canonical(written)).toBe(expected));

test.each([
  ['See www.Quill.example/notes/.', 'See https://quill.example/notes.'],
  ['http://www.quill.example', 'https://quill.example'],
  ['quill.example', 'quill.example'],
  ['on quill.example/Notes.', 'on https://quill.example/notes.'],
  ['1.5/2 or and/or', '1.5/2 or and/or'],
])('web addresses: %s', (written, expected) => expect(canonical(written)).toBe(expected));

test.each([
  ['c4t7k92lm', 'C4T7K92LM'],
  ['C4T7 K92LM', 'C4T7K92LM'],
  ['C4T-7K9-2LM', 'C4T7K92LM'],
  ['the plate AB12 CDE', 'the plate AB12CDE'],
  ['gx-482-tr', 'GX482TR'],
  ['GX 482 TR', 'GX482TR'],
  ['on I 95', 'on I 95'],
  ['COVID-19 in the 1990s', 'COVID-19 in the 1990s'],
])('codes: %s', (written, expected) => expect(canonical(written)).toBe(expected));

test.each([
  ['for three days', 'for 3 days'],
  ['an hour and a half', '1.5 hours'],
  ['half an hour', '30 minutes'],
  ['1 hour and 30 minutes', '90 minutes'],
  ['5 ft 11 in', '71 inches'],
  ['2 lb 3 oz', '35 ounces'],
  ['1 h 30', '90 minutes'],
  ['1h30 in all', '90 minutes in all'],
  ['in 2 hours, 30 patients', 'in 2 hours, 30 patients'],
  ['5\u201911\u201d', '71 inches'],
  ['5 feet 11 inches', '71 inches'],
  ['6 feet 12 people', '6 feet 12 people'],
  ['one day in three months', 'one day in 3 months'],
  ['Quill Co. and Quill Limited', 'Quill Company and Quill Ltd'],
  ['in the nineteenth century', 'in the 19 century'],
  ['at 5 in 11 of 12', 'at 5 in 11 of 12'],
])('quantities: %s', (written, expected) => expect(canonical(written)).toBe(expected));

test.each([
  ['1.87 m', '187 cm', true],
  ['2 kg', '2000 Gramm', true],
  ['2.5 hours', '2.5 days', false],
  ['12 months', '1 year', true],
  ['30 days', '1 month', false],
  ['1 kg', '1 l', false],
])('quantities: %s, %s: %s', (a, b, equal) =>
  expect(areEqual(quantityOf(a)!, quantityOf(b)!)).toBe(equal),
);

test('a date in digits may be two days, or none', () => {
  expect(datesOf('12/03/1961')).toEqual(['1961-03-12', '1961-12-03']);
  expect(datesOf('14.2.1941')).toEqual(['1941-02-14']);
  expect(datesOf('1961-03-12')).toEqual(['1961-03-12']);
  expect(datesOf('14/02/41')).toEqual(['1941-02-14', '2041-02-14']);
  expect(datesOf('45/99/1961')).toEqual([]);
});

test.each([
  ['at 7:45 am', 'at 7:45'],
  ['at 7:45 p.m.', 'at 19:45'],
  ['at 12 am', 'at 0:00'],
  ['at 7 pm', 'at 19:00'],
  ['a quarter to eight', '7:45'],
  ['half past twelve', '12:30'],
  ['twenty past six', '6:20'],
  ['ten minutes to one', '12:50'],
  ['five past nine', '9:05'],
  ['a quarter to one', '12:45'],
  ['I am 7', 'I am 7'],
])('times: %s', (written, expected) => expect(canonical(written)).toBe(expected));
