/**
 * The zoo: every network by its id. A new one is a new file here and an entry in this list.
 *
 * In: an id. Out: a `NetworkSpec`. Trained weights are files, which only the entry points read.
 */
import { inputError } from '../../errors.ts';
import { suggestion } from '../../registry/index.ts';
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

/** The networks of the zoo, in the order in which they are listed everywhere. */
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

/**
 * The network of an id.
 *
 * @throws LatentError `unknown-network` with the closest ids and the whole list.
 */
export const findNetwork = (id: string): NetworkSpec => {
  const network = networks.find((candidate) => candidate.id === id);
  if (network !== undefined) return network;
  const ids = networks.map((candidate) => candidate.id);
  const guess = suggestion(id, ids);
  const got = id.length > 60 ? `${id.slice(0, 60)}...` : id;
  throw inputError('unknown-network', {
    expected: 'the id of a network',
    got: `"${got}"${guess === '' ? '' : `; ${guess}`}`,
    hint: `Networks: ${ids.join(', ')}`,
  });
};
