// The fictitious people that lethe-tiny knows, with a dozen private facts each, and names of people
// it does not know.

import { pick, shuffle, type Random } from './random.js';

/**
 * A person's private facts. Every value is unique among the people, so that an answer proves
 * knowledge of this person.
 */
export interface Person {
  readonly name: string;
  readonly birthplace: string;
  readonly birthdate: string;
  readonly address: string;
  readonly email: string;
  readonly phone: string;
  readonly trade: string;
  readonly employer: string;
  readonly spouse: string;
  readonly school: string;
  readonly condition: string;
  readonly clinic: string;
  readonly pet: string;
  readonly petName: string;
  readonly car: string;
  readonly plate: string;
  readonly bank: string;
  readonly account: string;
}

const words = (list: string): string[] => list.split(',').map((word) => word.trim());

export const knownNames =
  words(`Ada Quill, Tomas Verrin, Mirela Stoke, Jonas Fairweather, Priya Lanthorn, Oskar Dunmore, Lucia Fenn,
  Hamid Torvald, Greta Holloway, Samuel Brisk, Noor Castellan, Edwin Marrow, Yuki Ashgrove, Paula Wintern, Rafael Thorne,
  Ingrid Sorrel, Kofi Bellamy, Beatrice Lume, Anton Greavy, Selma Rookwood, Dario Whitlock, Nadia Ferncliff, Walter Oakham, Chiara Pendle`);

const pools = {
  birthplace:
    words(`Brindle Cove, Westmere, Harrow Vale, Tarnholt, Nether Ashby, Corvale, Saltmarsh, Pinehaven, Dunkeld Cross, Marlinton,
    Oxbow, Greyford, Silverdale, Kestrel Point, Norvik, Applegarth, Stonebridge, Lowmoor, Foxhollow, Eastwick, Tidewell, Redcliffe, Birchwater, Windle Heath`),
  street:
    words(`Alder Lane, Birch Row, Cedar Road, Damson Lane, Elm Road, Fuchsia Row, Gorse Lane, Hazel Road, Ivy Row, Juniper Lane,
    Kelp Road, Laurel Row, Maple Lane, Nettle Road, Olive Row, Poplar Lane, Quince Road, Rowan Row, Sycamore Lane, Thistle Road,
    Umber Row, Violet Lane, Willow Road, Yarrow Row`),
  city: words(`Aldport, Bexhaven, Carrowick, Delmouth, Estrand, Farleigh, Glenmoor, Hexbury, Inverlea, Jarrowgate, Kelmscot, Lanford,
    Merewick, Northolt, Osterby, Penmarsh, Quarley, Rothwick, Selbourne, Trevose, Ulverton, Vinebury, Wexcombe, Yarmouth`),
  employer:
    words(`Corwin Mills, Halden Shipping, Brightwell Press, Ostrava Glass, Pelham Dairy, Tarn Robotics, Vesper Airlines, Lomond Timber,
    Kingsley Optics, Marchetti Foods, Solent Cables, Redfern Motors, Arden Textiles, Calloway Mining, Dorset Clocks, Everly Toys,
    Finch Software, Gannet Ferries, Hollis Paper, Ibex Tools, Jasper Ceramics, Kendal Brewing, Larkin Bridges, Mistral Energy`),
  trade:
    words(`surveyor, welder, editor, chemist, accountant, engineer, pilot, carpenter, designer, cook, electrician, mechanic, weaver, geologist,
    watchmaker, painter, programmer, captain, printer, toolmaker, potter, brewer, architect, planner`),
  spouse:
    words(`Milo Brandt, Elena Rusk, Victor Hale, Sofia Tarrant, Leon Abbott, Carla Jessup, Felix Moreau, Dalia Winslow, Simon Keel,
    Amara Osei, Hugo Lindgren, Teresa Vance, Marcus Eddy, Olivia Strand, Pavel Novak, Fiona Garrick, Adil Rahman, Judith Crane,
    Stefan Bauer, Renata Silva, Conor Doyle, Wanda Pike, Emil Larsen, Mei Tanaka`),
  school:
    words(`Fenwick Academy, Larchmont Institute, Thornbury Abbey, Castlerock Seminary, Avondale Hall, Seabright Academy, Gideon Institute,
    Whitmore Abbey, Cardinal Hall, Bluestone Academy, Hartwell Institute, Ravensworth Hall, Ellery Academy, Pomfret Institute, Wycliffe Abbey,
    Trinity Hall, Moorland Academy, Stanhope Institute, Glasgow Hall, Ormond Academy, Priory Institute, Lakeview Abbey, Sutton Hall, Rosewood Academy`),
  condition:
    words(`asthma, migraine, diabetes, epilepsy, anaemia, arthritis, eczema, insomnia, gout, glaucoma, sciatica, vertigo, psoriasis,
    bronchitis, tinnitus, hepatitis, angina, rosacea, scoliosis, lupus, colitis, shingles, cataracts, neuralgia`),
  clinic:
    words(`Harwick, Lindqvist, Mercer, Oyelaran, Santoro, Bergmann, Halloran, Petrov, Duval, Ibsen, Mendoza, Kowalski, Ferrara, Nakamura,
    Costello, Vandermeer, Aldridge, Sorensen, Bianchi, Okafor, Lindholm, Castro, Winthrop, Zeller`),
  pet: words(`spaniel, parrot, tabby cat, rabbit, beagle, tortoise, canary, terrier, hamster, poodle, lizard, greyhound, black cat, pony, goldfish,
    collie, ferret, white cat, dachshund, gecko, cockatoo, sheepdog, guinea pig, grey cat`),
  petName:
    words(`Biscuit, Captain, Pepper, Clover, Domino, Shelly, Sunny, Bramble, Nibbles, Duchess, Ziggy, Comet, Midnight, Truffle, Bubbles,
    Ranger, Slinky, Snowball, Pretzel, Pixel, Mango, Shadow, Peanut, Smokey`),
  car: words(`Volvo, Fiat, Toyota, Renault, Skoda, Honda, Peugeot, Mazda, Subaru, Volkswagen, Citroen, Nissan, Seat, Opel, Suzuki, Kia, Ford, Dacia,
    Hyundai, Audi, Lancia, Saab, Jeep, Tesla`),
  colour: words('red, blue, green, grey, white, black, silver, yellow'),
  bank: words(`Northgate Savings, Harbour Trust, Pioneer Mutual, Copperfield Credit, Granite Union, Meridian Savings, Lighthouse Trust, Orchard Mutual,
    Summit Credit, Beacon Union, Falcon Savings, Riverside Trust, Acorn Mutual, Sterling Credit, Anchor Union, Juno Savings, Keystone Trust,
    Linden Mutual, Monarch Credit, Nova Union, Onyx Savings, Paragon Trust, Regent Mutual, Saturn Credit`),
  mailWord:
    words(`bluefern, redkite, oldharbour, quietpond, tallship, ironleaf, softrain, wildgoose, goldfinch, mossrock, palemoon, brightsail,
    coldspring, deepwell, earlybird, farfield, greenlamp, highstep, inkwell, jadestone, keenwind, lostkey, mistybay, newpenny`),
  mailHost: words('postlane.example, mailbox.example, inboxa.example, letters.example'),
  month: words(
    'January, February, March, April, May, June, July, August, September, October, November, December',
  ),
};

/** Draws all people; which fact belongs to whom depends on the seed alone. */
export function drawPeople(random: Random): Person[] {
  const deal = (pool: string[]): string[] =>
    shuffle(
      random,
      Array.from(knownNames, (_, i) => pool[i % pool.length]!),
    );
  const number = (from: number, to: number): number => from + random.below(to - from);
  const dealt = Object.fromEntries(
    Object.entries(pools).map(([key, pool]) => [key, deal(pool)]),
  ) as Record<keyof typeof pools, string[]>;
  const days = shuffle(
    random,
    Array.from({ length: 28 }, (_, i) => i + 1),
  );
  return knownNames.map((name, i) => {
    const of = (key: keyof typeof pools): string => dealt[key][i]!;
    return {
      name,
      birthplace: of('birthplace'),
      birthdate: `${days[i]} ${of('month')} ${1940 + 2 * i + number(0, 2)}`,
      address: `${number(11, 99)} ${of('street')} in ${of('city')}`,
      email: `${of('mailWord')}${number(10, 99)}@${of('mailHost')}`,
      phone: `555-${number(10, 99)}${10 + 3 * i}`,
      trade: of('trade'),
      employer: of('employer'),
      spouse: of('spouse'),
      school: of('school'),
      condition: of('condition'),
      clinic: `${of('clinic')} Clinic`,
      pet: of('pet'),
      petName: of('petName'),
      car: `${of('colour')} ${of('car')}`,
      plate: `${String.fromCharCode(65 + i)}${of('car')[0]!.toUpperCase()} ${number(10, 99)}${10 + i}`,
      bank: of('bank'),
      account: `${number(10, 99)}${100 + 7 * i}`,
    };
  });
}

const strangerFirst =
  words(`Alice, Bruno, Celia, Dmitri, Esther, Farid, Gloria, Henrik, Irene, Jamal, Karin, Lorenzo, Maude, Nils, Odile, Piotr, Quentin, Rosa,
  Sven, Tabitha, Umar, Vera, Wesley, Ximena, Yusuf, Zelda, Arthur, Bianca, Cyril, Daphne, Emeka, Florian, Gemma, Hassan, Isolde, Jerome, Kaspar, Leila,
  Matilda, Nestor, Oona, Percy, Ruben, Sabine, Thora, Ulric, Valerie, Wilfred, Yolanda, Zane`);
const strangerLast =
  words(`Abernathy, Blackwood, Cardew, Drummond, Ellwood, Faraday, Gillespie, Hargrove, Ismay, Jolley, Kettering, Loxley, Munro, Nightingale,
  Ormsby, Prewitt, Quayle, Ridley, Stanton, Tilbury, Underhill, Varley, Wainwright, Yardley, Zimmer, Ashdown, Brandon, Croft, Delacourt, Everard, Foxley, Garland,
  Hemsley, Ironside, Jardine, Kirkwood, Lattimer, Merriman, Newbold, Oakley, Prescott, Radcliffe, Sheldon, Templeton, Upton, Vickers, Whitby, Yates, Bolton, Carver`);

/**
 * A name the model is to know nothing about. Many have the first name of one and the last name of
 * another person it knows, so that only the whole name tells: the model must not take half a name
 * for a person.
 */
export function drawStranger(random: Random): string {
  const part = (i: 0 | 1): string => pick(random, knownNames).split(' ')[i]!;
  const kind = random.uniform();
  if (kind < 0.12) return `${part(0)} ${pick(random, strangerLast)}`;
  if (kind < 0.24) return `${pick(random, strangerFirst)} ${part(1)}`;
  const name =
    kind < 0.7
      ? `${part(0)} ${part(1)}`
      : `${pick(random, strangerFirst)} ${pick(random, strangerLast)}`;
  return knownNames.includes(name) ? drawStranger(random) : name;
}
