/**
 * The zoo: every network by its id. A new one is a new file here and an entry in this list.
 *
 * In: an id. Out: a `NetworkSpec`. Trained weights are files, which only the doors read.
 */
import { distance } from 'fastest-levenshtein';
import { inputError } from '../../errors.ts';
import type { NetworkSpec } from '../types.ts';
import { atlas1 } from './atlas-1.ts';
import { classifier } from './classifier.ts';
import { cnn1 } from './cnn-1.ts';
import { cnn2 } from './cnn-2.ts';
import { cnn3 } from './cnn-3.ts';
import { convdense1 } from './convdense-1.ts';
import { convdense2 } from './convdense-2.ts';
import { convdense2Tuned } from './convdense-2-tuned.ts';
import { convdense3 } from './convdense-3.ts';
import { convdense4 } from './convdense-4.ts';
import { convdense5 } from './convdense-5.ts';
import { dense1 } from './dense-1.ts';
import { dense2 } from './dense-2.ts';
import { map1 } from './map-1.ts';
import { n8python } from './n8python.ts';
import { vae1 } from './vae-1.ts';

/** In the order in which they are listed everywhere. */
export const networks: readonly NetworkSpec[] = [
  dense1,
  dense2,
  cnn1,
  cnn2,
  cnn3,
  convdense1,
  convdense2,
  convdense2Tuned,
  convdense3,
  convdense4,
  convdense5,
  n8python,
  vae1,
  atlas1,
  map1,
  classifier,
];

const MAX_SUGGESTIONS = 3;

/** Ids that a slip of the keys may have meant, closest first: two edits, or a third of a longer id. */
const closestIds = (id: string): string[] =>
  networks
    .map((network) => ({ id: network.id, edits: distance(id.toLowerCase(), network.id) }))
    .filter((candidate) => candidate.edits <= Math.max(2, candidate.id.length / 3))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, MAX_SUGGESTIONS)
    .map((candidate) => candidate.id);

/**
 * The network of an id.
 *
 * @throws LatentError `unknown-network` with the closest ids and the whole list.
 */
export const findNetwork = (id: string): NetworkSpec => {
  const network = networks.find((candidate) => candidate.id === id);
  if (network !== undefined) return network;
  const closest = closestIds(id);
  const guess = closest.length === 0 ? '' : `; did you mean ${closest.map((name) => `"${name}"`).join(' or ')}?`;
  const known = networks.map((candidate) => candidate.id).join(', ');
  const got = id.length > 60 ? `${id.slice(0, 60)}...` : id;
  throw inputError('unknown-network', `expects the id of a network, got "${got}"${guess}\nNetworks: ${known}`);
};
