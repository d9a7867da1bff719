// Ontologies in the OBO format: terms that are not obsolete, with their exact synonyms as aliases
// and their relationships as attributes. Source: "The OBO Flat File Format Guide", version 1.4.

import { KnowledgeBaseError } from '../errors/knowledge-base.error.js';
import { entityOf } from './entity-draft.js';
import type { Chunks, EntityReader } from './entity-reader.js';
import { linesOf } from './lines.js';
import { quoted, unescaped, withoutTrailer } from './obo-text.js';

const STANZA = /^\[(\w+)\]$/;
const TAG = /^([\w-]+):(.*)$/;

interface Term {
  readonly line: number;
  id?: string;
  name?: string;
  namespace?: string;
  isObsolete?: boolean;
  readonly aliases: string[];
  readonly relations: { readonly attribute: string; readonly target: string }[];
}

/** Terms are held until the end: what they are related to is named by its id. */
export const readObo: EntityReader = async function* (chunks) {
  const terms = (await termsOf(chunks)).filter(({ isObsolete }) => !isObsolete);
  const names = new Map(terms.map(({ id, name }) => [id, name]));
  for (const { line, id, name, namespace, aliases, relations } of terms) {
    if (id === undefined) throw new KnowledgeBaseError(`line ${line}`, 'this term has no id');
    if (name === undefined) throw new KnowledgeBaseError(`line ${line}`, 'this term has no name');
    const attributes = relations.map(
      ({ attribute, target }) => [attribute, [names.get(target) ?? target]] as const,
    );
    yield entityOf({
      place: `line ${line}`,
      id,
      type: namespace,
      name,
      aliases,
      attributes: gathered(attributes),
    });
  }
};

async function termsOf(chunks: Chunks): Promise<Term[]> {
  const terms: Term[] = [];
  let term: Term | undefined;
  for await (const { line, text } of linesOf(chunks)) {
    const said = text.trim();
    if (said === '' || said.startsWith('!')) continue;
    const stanza = STANZA.exec(said)?.[1];
    if (stanza !== undefined) {
      term = stanza === 'Term' ? { line, aliases: [], relations: [] } : undefined;
      if (term) terms.push(term);
      continue;
    }
    const [, tag, value] = TAG.exec(said) ?? [];
    if (tag === undefined || value === undefined)
      throw new KnowledgeBaseError(`line ${line}`, 'expected a tag, a colon and a value');
    if (term) take(term, { line, tag, value });
  }
  return terms;
}

function take(
  term: Term,
  { line, tag, value }: { line: number; tag: string; value: string },
): void {
  const said = withoutTrailer(value);
  switch (tag) {
    case 'id':
      term.id = unescaped(said);
      break;
    case 'name':
      term.name = unescaped(said);
      break;
    case 'namespace':
      term.namespace = unescaped(said);
      break;
    case 'is_obsolete':
      term.isObsolete = said === 'true';
      break;
    case 'synonym':
      takeSynonym(term, line, value);
      break;
    case 'is_a':
      term.relations.push({ attribute: 'is_a', target: unescaped(said) });
      break;
    case 'relationship':
      takeRelationship(term, line, said);
      break;
    // Definitions, cross references and subsets are about the term, not about the thing.
  }
}

/** `"text" EXACT [...]`; broader and narrower words do not name the thing. */
function takeSynonym(term: Term, line: number, value: string): void {
  const found = quoted(value);
  if (!found) throw new KnowledgeBaseError(`line ${line}`, 'expected a synonym in quotes');
  if (/^EXACT\b/.test(found.after.trim())) term.aliases.push(found.text);
}

function takeRelationship(term: Term, line: number, value: string): void {
  const [attribute, target] = value.split(/\s+/);
  if (!attribute || !target)
    throw new KnowledgeBaseError(`line ${line}`, 'expected a relation and the id of a term');
  term.relations.push({ attribute, target: unescaped(target) });
}

function gathered(pairs: readonly (readonly [string, readonly string[]])[]): Map<string, string[]> {
  const attributes = new Map<string, string[]>();
  for (const [attribute, values] of pairs)
    attributes.set(attribute, [...(attributes.get(attribute) ?? []), ...values]);
  return attributes;
}
