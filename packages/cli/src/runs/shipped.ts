/**
 * What a run folder of the zoo has more than others; the documents themselves are read in the library.
 */

import { SHIPPED_FILES } from 'latent-plane/internal';

export const { pointer: WEIGHTS_FILE, codes: CODES_FILE, field: FIELD_FILE } = SHIPPED_FILES;

/** In a run folder: what is left of its checkpoints where it is shipped. */
export const EVOLUTION_FILE = 'evolution.safetensors';
