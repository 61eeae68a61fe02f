/** A list of definitions that are looked up by id. */
import { distance } from 'fastest-levenshtein';
import { inputError, internalError } from '../errors.ts';

const MAX_SUGGESTIONS = 3;

/** Words that a slip of the keys may have meant, closest first: two edits, or a third of a longer word. */
export const closestTo = (word: string, words: readonly string[]): readonly string[] =>
  words
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(2, candidate.length / 3))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ candidate }) => candidate);

/** `did you mean "dense"?`, or nothing where no word is close. */
export const suggestion = (word: string, words: readonly string[]): string => {
  const closest = closestTo(word, words);
  return closest.length === 0 ? '' : `did you mean ${closest.map((name) => `"${name}"`).join(' or ')}?`;
};

/** Entries by id. */
export interface Registry<Id extends string, Entry> {
  /** What the entries are, in messages: `layer`. */
  readonly what: string;
  /** In the order of the list. */
  readonly entries: readonly Entry[];
  readonly ids: readonly Id[];
  has(id: unknown): id is Id;
  /** @throws LatentError `unknown-<what>` (input) with the closest ids and the whole list. */
  get(id: string): Entry;
}

/**
 * Makes a registry out of a list.
 *
 * @param what - what the entries are, in messages: `layer`.
 * @param entries - in the order of menus and docs.
 * @param idOf - the id of an entry.
 */
export const createRegistry = <const Id extends string, Entry>(
  what: string,
  entries: readonly Entry[],
  idOf: (entry: Entry) => Id,
): Registry<Id, Entry> => {
  const byId = new Map<string, Entry>(entries.map((entry) => [idOf(entry), entry]));
  const ids = entries.map(idOf);
  if (byId.size !== entries.length) throw internalError(`two entries of the registry "${what}" share an id`);
  return {
    what,
    entries,
    ids,
    has: (id: unknown): id is Id => typeof id === 'string' && byId.has(id),
    get: (id) => {
      const entry = byId.get(id);
      if (entry !== undefined) return entry;
      const guess = suggestion(id, ids);
      const got = id.length > 60 ? `${id.slice(0, 60)}...` : id;
      throw inputError(`unknown-${what.replaceAll(' ', '-')}`, {
        expected: `the id of a ${what}`,
        got: `"${got}"${guess === '' ? '' : `; ${guess}`}`,
        hint: `Known: ${ids.join(', ')}`,
      });
    },
  };
};
