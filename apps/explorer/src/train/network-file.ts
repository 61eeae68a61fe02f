/**
 * A network or a recipe out of a file that somebody wrote.
 *
 * In: a file. Out: the network with its recipe and the images that it names, or a recipe's settings; or what is wrong with
 * it, with the line of the text.
 */
import {
  LatentError,
  type NetworkFile,
  networkFileJsonSchema,
  parseNetworkFile,
  parseRecipeFile,
  type WrittenRecipe,
} from 'latent-plane';
import { inputError, isRecord, readYaml, recipeSettings } from 'latent-plane/internal';

export type WrittenFile =
  | { readonly type: 'network'; readonly name: string; readonly file: NetworkFile }
  | { readonly type: 'recipe'; readonly name: string; readonly recipe: WrittenRecipe };

/** What is wrong with a file, and the line that it is in. */
export interface FileFault {
  readonly error: LatentError;
  /** Null where the fault has no line. */
  readonly text: string | null;
}

export type ReadFile = WrittenFile | { readonly type: 'fault'; readonly fault: FileFault };

/** The largest network in words has some thousand bytes. */
const MAX_BYTES = 2 ** 20;

/** What every network says, by the schema of its files. */
const { required } = networkFileJsonSchema();
const NETWORK_FIELDS: readonly unknown[] = Array.isArray(required) ? required : [];

/** A file with fields of a recipe and none of a network. */
const isRecipe = (value: unknown): boolean => {
  const names = isRecord(value) ? Object.keys(value) : [];
  return !names.some((name) => NETWORK_FIELDS.includes(name)) && names.some((name) => recipeSettings.has(name));
};

const parse = (text: string, name: string): WrittenFile =>
  isRecipe(readYaml(text, name, 'invalid-network').value)
    ? { type: 'recipe', name, recipe: parseRecipeFile(text, name) }
    : { type: 'network', name, file: parseNetworkFile(text, name) };

/** @param name - of the file, without folders. */
export const readWritten = async (file: Blob, name: string): Promise<ReadFile> => {
  let text = '';
  try {
    if (file.size > MAX_BYTES)
      throw inputError('invalid-network', {
        at: { file: name },
        expected: `a file of at most ${MAX_BYTES} bytes`,
        got: `${file.size}`,
        hint: 'take the file of a network alone',
      });
    text = await file.text();
    return parse(text, name);
  } catch (error) {
    if (!(error instanceof LatentError)) throw error;
    const line = error.at?.line;
    return {
      type: 'fault',
      fault: { error, text: line === undefined ? null : (text.split(/\r?\n/)[line - 1] ?? null) },
    };
  }
};
