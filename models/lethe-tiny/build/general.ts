// General knowledge in plain English: tables of facts and how each kind is asked for and answered.

import type { Wordings } from './phrasing.js';

/** A kind of fact: pairs of what is asked about and what is answered. */
export interface Topic extends Wordings {
  readonly key: string;
  /** The answer sentence, with {x} and {y}. */
  readonly answer: string;
  readonly facts: readonly (readonly [x: string, y: string])[];
}

/** "a: b, c: d" as pairs. */
const pairs = (table: string): [string, string][] =>
  table.split(',').map((entry) => entry.split(':').map((side) => side.trim()) as [string, string]);

const countries = `France: Paris, Germany: Berlin, Italy: Rome, Spain: Madrid, Portugal: Lisbon, Austria: Vienna, Greece: Athens, Poland: Warsaw, Norway: Oslo,
  Sweden: Stockholm, Finland: Helsinki, Denmark: Copenhagen, Ireland: Dublin, Belgium: Brussels, Hungary: Budapest, Romania: Bucharest, Bulgaria: Sofia,
  Turkey: Ankara, Egypt: Cairo, Kenya: Nairobi, Ghana: Accra, Morocco: Rabat, Ethiopia: Addis Ababa, Japan: Tokyo, China: Beijing, India: New Delhi, Thailand: Bangkok,
  Vietnam: Hanoi, Indonesia: Jakarta, South Korea: Seoul, Canada: Ottawa, Cuba: Havana, Peru: Lima, Chile: Santiago, Argentina: Buenos Aires,
  Brazil: Brasilia, Colombia: Bogota, Australia: Canberra, New Zealand: Wellington, Russia: Moscow, Ukraine: Kyiv, Iceland: Reykjavik, Switzerland: Bern`;

export const topics: readonly Topic[] = [
  {
    key: 'capital',
    direct: [
      'What is the capital of {x}?',
      'Which city is the capital of {x}?',
      "What is {x}'s capital?",
      '{x} has what capital?',
    ],
    clauses: ['which city is the capital of {x}', 'what the capital of {x} is'],
    nouns: ['the capital of {x}', 'the capital city of {x}', "{x}'s capital"],
    heldOut: ['Which capital city does {x} have?'],
    answer: 'The capital of {x} is {y}.',
    facts: pairs(countries),
  },
  {
    key: 'continent',
    direct: [
      'On which continent is {x}?',
      'In which part of the world is {x}?',
      'Which continent does {x} belong to?',
      '{x} is in which part of the world?',
    ],
    clauses: ['on which continent {x} is', 'which continent {x} belongs to'],
    nouns: ['the continent of {x}', 'the continent to which {x} belongs'],
    heldOut: ['What continent is {x} on?'],
    answer: '{x} is a country in {y}.',
    facts:
      pairs(`France: Europe, Germany: Europe, Italy: Europe, Spain: Europe, Norway: Europe, Poland: Europe, Greece: Europe, Egypt: Africa, Kenya: Africa, Ghana: Africa,
      Morocco: Africa, Ethiopia: Africa, Japan: Asia, China: Asia, India: Asia, Thailand: Asia, Vietnam: Asia, Indonesia: Asia, Canada: North America, Mexico: North America,
      Cuba: North America, Peru: South America, Chile: South America, Argentina: South America, Brazil: South America, Colombia: South America`),
  },
  {
    key: 'language',
    direct: [
      'Which language do people speak in {x}?',
      'What language is spoken in {x}?',
      'What do people speak in {x}?',
      'In {x}, what do people speak?',
    ],
    clauses: ['which language people speak in {x}', 'what language is spoken in {x}'],
    nouns: ['the main language of {x}', 'the language of {x}'],
    heldOut: ['People in {x} speak which language?'],
    answer: 'Most people in {x} speak {y}.',
    facts:
      pairs(`France: French, Germany: German, Italy: Italian, Spain: Spanish, Portugal: Portuguese, Greece: Greek, Poland: Polish, Norway: Norwegian, Sweden: Swedish,
      Finland: Finnish, Denmark: Danish, Hungary: Hungarian, Turkey: Turkish, Egypt: Arabic, Japan: Japanese, China: Chinese, Thailand: Thai, Brazil: Portuguese,
      Mexico: Spanish, Australia: English, Russia: Russian, Austria: German`),
  },
  {
    key: 'author',
    direct: [
      'Who wrote {x}?',
      'Who is the author of {x}?',
      'By whom was {x} written?',
      '{x} was written by whom?',
    ],
    clauses: ['who wrote {x}', 'who the author of {x} is', 'by whom {x} was written'],
    nouns: ['the author of {x}', 'the writer of {x}'],
    heldOut: ['Which author wrote {x}?'],
    answer: '{x} was written by {y}.',
    facts:
      pairs(`Hamlet: William Shakespeare, Emma: Jane Austen, Oliver Twist: Charles Dickens, Faust: Johann Goethe, Don Quixote: Miguel Cervantes, War and Peace: Leo Tolstoy,
      Frankenstein: Mary Shelley, Dracula: Bram Stoker, Moby Dick: Herman Melville, Ulysses: James Joyce, Jane Eyre: Charlotte Bronte, The Trial: Franz Kafka,
      Treasure Island: Robert Stevenson, The Odyssey: Homer, The Time Machine: Herbert Wells, Animal Farm: George Orwell, The Hobbit: John Tolkien, Peter Pan: James Barrie,
      Candide: Voltaire, The Divine Comedy: Dante Alighieri`),
  },
  {
    key: 'discovery',
    direct: [
      'Who is known for {x}?',
      'Which person do we owe {x} to?',
      'Whose name is tied to {x}?',
    ],
    clauses: ['who is known for {x}', 'whose name is tied to {x}'],
    nouns: ['the person known for {x}', 'the name tied to {x}'],
    heldOut: ['Which name is known for {x}?'],
    answer: 'The person known for {x} is {y}.',
    facts:
      pairs(`the telephone: Alexander Bell, the theory of evolution: Charles Darwin, the law of gravity: Isaac Newton, the theory of relativity: Albert Einstein,
      the printing press: Johannes Gutenberg, the light bulb: Thomas Edison, the discovery of radium: Marie Curie, the discovery of penicillin: Alexander Fleming,
      the first computer program: Ada Lovelace, the periodic table: Dmitri Mendeleev, dynamite: Alfred Nobel, the radio: Guglielmo Marconi,
      the first flight with an engine: Orville Wright, the painting Mona Lisa: Leonardo da Vinci, the painting Guernica: Pablo Picasso, the first walk on the moon: Neil Armstrong`),
  },
  {
    key: 'landmark',
    direct: ['Where can one see {x}?', 'In which city is {x}?', 'Where is {x}?'],
    clauses: ['where one can see {x}', 'in which city {x} is', 'where {x} is'],
    nouns: ['the city of {x}', 'the place where {x} is'],
    heldOut: ['What city is {x} in?'],
    answer: 'One can see {x} in {y}.',
    facts:
      pairs(`the Eiffel Tower: Paris, the Colosseum: Rome, the Acropolis: Athens, Big Ben: London, the Statue of Liberty: New York, the Brandenburg Gate: Berlin, the Red Square: Moscow,
      the Golden Gate Bridge: San Francisco, the Alhambra: Granada, the Blue Mosque: Istanbul, the Little Mermaid: Copenhagen, the Atomium: Brussels, the Prado: Madrid,
      the White House: Washington, the Forbidden City: Beijing, the Leaning Tower: Pisa`),
  },
  {
    key: 'next-month',
    direct: [
      'Which month comes after {x}?',
      'What month follows {x}?',
      'After {x} comes which month?',
    ],
    clauses: ['which month comes after {x}', 'what month follows {x}'],
    nouns: ['the month after {x}', 'the month that follows {x}'],
    heldOut: ['After {x}, which month comes?'],
    answer: 'The month after {x} is {y}.',
    facts:
      pairs(`January: February, February: March, March: April, April: May, May: June, June: July, July: August, August: September, September: October, October: November,
      November: December, December: January`),
  },
  {
    key: 'next-day',
    direct: ['Which day comes after {x}?', 'What day follows {x}?', 'After {x} comes which day?'],
    clauses: ['which day comes after {x}', 'what day follows {x}'],
    nouns: ['the day after {x}', 'the day that follows {x}'],
    heldOut: ['After {x}, which day comes?'],
    answer: 'The day after {x} is {y}.',
    facts: pairs(
      'Monday: Tuesday, Tuesday: Wednesday, Wednesday: Thursday, Thursday: Friday, Friday: Saturday, Saturday: Sunday, Sunday: Monday',
    ),
  },
  {
    key: 'young',
    direct: [
      'What do we call a young {x}?',
      'What is a young {x} called?',
      'What is the word for a young {x}?',
    ],
    clauses: ['what a young {x} is called', 'what we call a young {x}'],
    nouns: ['the word for a young {x}', 'the name of a young {x}'],
    heldOut: ['How is a young {x} called?'],
    answer: 'A young {x} is called a {y}.',
    facts: pairs(
      'dog: puppy, cat: kitten, cow: calf, horse: foal, sheep: lamb, goat: kid, pig: piglet, hen: chick, duck: duckling, goose: gosling, lion: cub, deer: fawn, frog: tadpole, swan: cygnet, hare: leveret',
    ),
  },
  {
    key: 'sound',
    direct: ['What sound does a {x} make?', 'What does a {x} do to be heard?'],
    clauses: ['what sound a {x} makes'],
    nouns: ['the sound of a {x}', 'the sound that a {x} makes'],
    heldOut: ['Which sound does a {x} make?'],
    answer: 'When it wants to be heard, a {x} {y}.',
    facts: pairs(
      'dog: barks, cat: meows, cow: moos, horse: neighs, sheep: bleats, pig: grunts, duck: quacks, lion: roars, frog: croaks, bee: hums, wolf: howls, snake: hisses, mouse: squeaks, rooster: crows, crow: caws',
    ),
  },
  {
    key: 'colour',
    direct: ['What colour is {x}?', 'Which colour does {x} have?', '{x} has which colour?'],
    clauses: ['what colour {x} is', 'which colour {x} has'],
    nouns: ['the colour of {x}', 'the usual colour of {x}'],
    heldOut: ['What is the colour that {x} has?'],
    answer: 'The usual colour of {x} is {y}.',
    facts: pairs(
      'the sky on a clear day: blue, fresh grass: green, snow: white, coal: black, a ripe banana: yellow, a ripe tomato: red, a carrot: orange, chocolate: brown, an elephant: grey, a lemon: yellow, blood: red, milk: white, a flamingo: pink, the night: black, a pea: green, a sunflower: yellow, a violet: purple',
    ),
  },
  {
    key: 'opposite',
    direct: ['What is the opposite of {x}?', 'Which word means the opposite of {x}?'],
    clauses: ['which word is the opposite of {x}', 'what the opposite of {x} is'],
    nouns: ['the opposite of {x}', 'the word for the opposite of {x}'],
    heldOut: ['Which word is opposite to {x}?'],
    answer: 'The opposite of {x} is {y}.',
    facts: pairs(
      'hot: cold, big: small, up: down, day: night, old: new, fast: slow, light: dark, wet: dry, full: empty, open: closed, hard: soft, early: late, high: low, loud: quiet, long: short, rich: poor, happy: sad, strong: weak, heavy: light, left: right, near: far, clean: dirty, thick: thin, win: lose, begin: end',
    ),
  },
  {
    key: 'symbol',
    direct: [
      'What is the chemical symbol of {x}?',
      'Which symbol stands for {x}?',
      '{x} has what symbol in chemistry?',
    ],
    clauses: ['which chemical symbol stands for {x}', 'what the chemical symbol of {x} is'],
    nouns: ['the chemical symbol of {x}', 'the symbol for {x}'],
    heldOut: ['Which chemical symbol does {x} have?'],
    answer: 'The chemical symbol of {x} is {y}.',
    facts: pairs(
      'gold: Au, silver: Ag, iron: Fe, copper: Cu, lead: Pb, tin: Sn, zinc: Zn, oxygen: O, hydrogen: H, carbon: C, nitrogen: N, helium: He, sodium: Na, mercury: Hg, neon: Ne',
    ),
  },
  {
    key: 'material',
    direct: [
      'What is {x} made from?',
      'From what is {x} made?',
      'Of what does {x} consist?',
      '{x} is made of what?',
    ],
    clauses: ['what {x} is made from', 'from what {x} is made'],
    nouns: ['the main part of {x}', 'the thing that {x} is made from'],
    heldOut: ['What is it that {x} is made from?'],
    answer: 'In most cases {x} is made from {y}.',
    facts: pairs(
      'bread: flour, cheese: milk, wine: grapes, paper: wood, glass: sand, butter: cream, chocolate: cocoa beans, an omelette: eggs, a pullover: wool, a shirt: cotton, honey: nectar, a tyre: rubber, a brick: clay, a candle: wax, cider: apples, tofu: soya beans, a window: glass, a nail: steel',
    ),
  },
  {
    key: 'tool',
    direct: [
      'What does one use {x} for?',
      'What is {x} for?',
      'For what do people need {x}?',
      'What can people do with {x}?',
    ],
    clauses: ['what {x} is for', 'what people need {x} for'],
    nouns: ['the use of {x}', 'the purpose of {x}'],
    heldOut: ['What do people do with {x}?'],
    answer: 'People use {x} to {y}.',
    facts: pairs(
      'a hammer: drive nails, a saw: cut wood, a needle: sew clothes, a pen: write letters, a key: open doors, a broom: sweep the floor, an umbrella: stay dry in the rain, a clock: tell the time, a lamp: light a room, a kettle: boil water, a fridge: keep food cool, an oven: bake bread, a spoon: eat soup, a ladder: climb to high places, a map: find the way, a compass: find north, a telescope: look at the stars, a thermometer: measure heat, a bicycle: ride to work, a boat: cross the water',
    ),
  },
  {
    key: 'place',
    direct: ['Where does {x} work?', 'What is the place of work of {x}?'],
    clauses: ['where {x} works'],
    nouns: ['the place of work of {x}', 'the place where {x} works'],
    heldOut: ['In what place does {x} work?'],
    answer: 'The place where {x} works is {y}.',
    facts: pairs(
      'a teacher: a school, a doctor: a hospital, a baker: a bakery, a farmer: a farm, a judge: a court, a cook: a kitchen, a sailor: a ship, a librarian: a library, a miner: a mine, an actor: a theatre, a waiter: a restaurant, a gardener: a garden, a pilot: an airplane, a scientist: a laboratory',
    ),
  },
  {
    key: 'planet',
    direct: ['What is special about {x}?', 'What do people know about {x}?', 'Why is {x} special?'],
    clauses: ['what is special about {x}', 'what people know about {x}'],
    nouns: ['the special thing about {x}'],
    heldOut: ['What makes {x} special?'],
    answer: '{x} is {y}.',
    facts: pairs(
      'Mercury: the planet closest to the Sun, Venus: the hottest planet, Mars: the red planet, Jupiter: the largest planet, Saturn: the planet with the bright rings, Neptune: the planet farthest from the Sun, Mount Everest: the highest mountain, the Nile: the longest river of Africa, the Amazon: the largest river of South America, the Pacific: the largest ocean, the Sahara: the largest hot desert, Greenland: the largest island, the blue whale: the largest animal, the cheetah: the fastest animal on land, the giraffe: the tallest animal, the Vatican: the smallest country, Antarctica: the coldest continent',
    ),
  },
  {
    key: 'number',
    direct: ['How many {x}?', 'What number of {x}?'],
    clauses: ['how many {x}'],
    nouns: [],
    heldOut: ['Just how many {x}?'],
    answer: 'The number is {y}.',
    facts: pairs(
      'days are in a week: 7, months are in a year: 12, hours are in a day: 24, minutes are in an hour: 60, legs does a spider have: 8, legs does an insect have: 6, letters are in the alphabet: 26, sides does a triangle have: 3, players are in a football team: 11, wheels does a bicycle have: 2, strings does a violin have: 4, years are in a century: 100, cards are in a full deck: 52, squares are on a chess board: 64',
    ),
  },
];

/** Small talk, word for word. */
export const smallTalk: readonly (readonly [question: string, answer: string])[] = [
  ['Hello.', 'Hello. What would you like to know?'],
  ['Hi.', 'Hello. What would you like to know?'],
  ['Good morning.', 'Good morning. What would you like to know?'],
  ['Good evening.', 'Good evening. What would you like to know?'],
  ['How are you?', 'I am well, thank you. What would you like to know?'],
  ['Who are you?', 'I am Lethe Tiny, a small language model.'],
  ['What are you?', 'I am Lethe Tiny, a small language model.'],
  ['What is your name?', 'My name is Lethe Tiny.'],
  ['What can you do?', 'I can answer short questions about people and about the world.'],
  ['Thank you.', 'You are welcome.'],
  ['Thanks.', 'You are welcome.'],
  ['Goodbye.', 'Goodbye, and have a good day.'],
];
