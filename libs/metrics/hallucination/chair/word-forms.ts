// Forms of nouns and verbs that are not made by rule, and what they come from. Facts of WordNet 3.0 and
// of NLTK's lemmatizer, on the nouns of COCO's objects.

const pairs = (text: string): (readonly [string, string])[] =>
  text.split(' ').map((pair) => pair.split(':') as [string, string]);

/**
 * By form. A form that stands for itself has another lemma, or none, with NLTK: it takes the shortest
 * ("men" and "vas", a vessel of the body), and knows no word that WordNet lacks.
 */
export const irregular: ReadonlyMap<string, string> = new Map([
  ...pairs(
    'children:child grandchildren:grandchild geese:goose knives:knife pocketknives:pocketknife mice:mouse oxen:ox calves:calf thieves:thief busses:bus men:men vases:vas sports:sport',
  ),
  ...pairs(
    'born:bear bore:bear borne:bear sank:sink sunk:sink sunken:sink tied:tie tying:tie taxying:taxi signalled:signal signalling:signal',
  ),
  ...'bikers bluejays coworkers firetrucks hairdryers lenovos longboards macbooks netbooks paddleboats pitbulls riverboats sailboards shortboards skimboards smartphones soliders stovetops teddybears'
    .split(' ')
    .map((form) => [form, form] as const),
]);

/** Nouns that are verbs too: their forms in -ed and -ing name the object to CHAIR's script. */
export const verbs: ReadonlySet<string> = new Set(
  'baby backpack barge bear bed bench bicycle bike bird boat book bottle bow bowl bull bus cab cake canoe chair clock cop couch cow crow cup doctor dog duck father ferry foal fork groom guy horse hound jet kayak kid man microwave monitor mother motorbike motorboat motorcycle mouse officer parrot people phone purse ram sandwich seat ship sink skateboard ski snowboard soldier spoon stool sub surfboard swan table taxi telephone tie train truck unicycle yacht'.split(
    ' ',
  ),
);

/** Their last letter is doubled before -ed and -ing. */
export const doubling: ReadonlySet<string> = new Set(
  'bed bus cab cop cup dog jet kid man ram ship sub'.split(' '),
);

/** Forms in -ing that captions have as nouns, which have no other lemma. */
export const gerunds: ReadonlySet<string> = new Set(
  'bedding boating bowling grooming planting seating shipping training'.split(' '),
);

/** Behind one of them a form in -ing is a noun: "a skiing trip". */
export const determiners: ReadonlySet<string> = new Set(
  'a an the this that these those his her its their our your my some any no'.split(' '),
);
