/** The choice of a code, where a file of another program leaves one. */
import { LatentError } from '../errors.ts';

/** What a person may say of the code of a model, where its file leaves a choice. */
export interface CodeChoice {
  /** Name of the output that is the code, of a model with several. */
  readonly codeOutput?: string;
  /** Name of the layer that gives the code, of a file that is one whole autoencoder. */
  readonly codeLayer?: string;
}

/** Of what is not in a file. */
const MISSING: readonly string[] = ['no-such-output', 'no-such-layer'];

/**
 * Reads two halves of a model, of which the choice concerns one: the other is read without it.
 *
 * @param read - reads the first or the second file.
 * @throws what `read` throws; where neither has what was chosen, what it threw of the first.
 */
export const readHalves = async <Half>(
  choice: CodeChoice,
  read: (which: 'first' | 'second', choice: CodeChoice) => Promise<Half>,
): Promise<readonly [Half, Half]> => {
  const attempt = async (which: 'first' | 'second'): Promise<Half | LatentError> => {
    try {
      return await read(which, choice);
    } catch (error) {
      if (error instanceof LatentError && MISSING.includes(error.code)) return error;
      throw error;
    }
  };
  const [first, second] = [await attempt('first'), await attempt('second')];
  if (first instanceof LatentError && second instanceof LatentError) throw first;
  return [
    first instanceof LatentError ? await read('first', {}) : first,
    second instanceof LatentError ? await read('second', {}) : second,
  ];
};
