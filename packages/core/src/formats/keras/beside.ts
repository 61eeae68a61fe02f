/**
 * The weights that belong to an architecture (`model.to_json()`), by the names that people give them.
 */
import { inputError } from '../../errors.ts';
import { isRecord } from '../../registry/parse-json.ts';
import { isHdf5 } from '../hdf5.ts';

/** Whether JSON is the architecture of a Keras model. */
export const isArchitecture = (json: unknown): json is Readonly<Record<string, unknown>> =>
  isRecord(json) && typeof json.class_name === 'string' && 'config' in json;

const USUAL = ['weights.h5', 'model.weights.h5', 'model_weights.h5', 'model.h5', 'weights.hdf5', 'model.hdf5'];

/** Names beside `model.json`, most telling first: `model.weights.h5`, `model_weights.h5`, `model.h5`, `weights.h5`, ... */
export const weightNames = (file: string): readonly string[] => {
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/i, '');
  const bare = name.replace(/[-_.]?(architecture|arch|model|config|structure|json)$/i, '');
  const stems = [...new Set([name, bare])].filter((stem) => stem !== '');
  const own = stems.flatMap((stem) =>
    ['.weights.h5', '_weights.h5', '-weights.h5', '.h5', '_weights.hdf5', '.hdf5', '_model.h5'].map(
      (end) => `${stem}${end}`,
    ),
  );
  return [...new Set([...own, ...USUAL])];
};

/**
 * The weights beside an architecture.
 *
 * @throws LatentError (input) `missing-entry` where there are none of such a name.
 */
export const weightsBeside = async (
  file: string,
  beside: (path: string) => Promise<Uint8Array | null>,
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> => {
  const names = weightNames(file);
  for (const name of names) {
    const bytes = await beside(name);
    if (bytes !== null && isHdf5(bytes)) return { name, bytes };
  }
  throw inputError('missing-entry', {
    at: { file },
    problem: 'it is the architecture of a Keras model without its weights',
    expected: `them beside it as ${names.slice(0, 3).join(', ')} or ${USUAL[0]}`,
    got: 'none',
    hint: 'put them there under one of these names, or save the whole model as .keras',
  });
};
