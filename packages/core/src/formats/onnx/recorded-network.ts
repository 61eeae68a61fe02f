/**
 * The network that a file of ours records beside its weights, as JSON in its metadata.
 *
 * In: text that anybody may have written. Out: a network that can be built; the zoo's own object where its layers are
 * those of the zoo, so that recipes and records are not the file's to say. Weights are not read here.
 */
import { type ErrorPlace, inputError, LatentError } from '../../errors.ts';
import { idOf } from '../../network/file-names.ts';
import { type NetworkSpec, networks, parseNetworkSpec } from '../../network/index.ts';
import { isRecord, parseJson } from '../../registry/parse-json.ts';

/** No network of a hundred layers is longer; the rest of a longer text is not worth parsing. */
const MAX_CHARACTERS = 1_000_000;

/** JSON whose objects have their fields in one order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    isRecord(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );

/** Whether two pieces of a spec say the same, whatever the order of their fields. */
export const sameSpec = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

/** What the numbers depend on. */
const architecture = (spec: NetworkSpec): unknown =>
  spec.kind === 'autoencoder'
    ? [spec.inputShape, spec.encoder, spec.decoder, spec.label ?? null]
    : [spec.inputShape, spec.layers];

/** Whether two networks compute the same from the same weights, whatever they are called. */
export const sameArchitecture = (a: NetworkSpec, b: NetworkSpec): boolean =>
  a.kind === b.kind && sameSpec(architecture(a), architecture(b));

/**
 * Reads a recorded network.
 *
 * @param text - a `NetworkSpec` as JSON.
 * @param file - for messages, and for the id of a network that claims one of the zoo's and has other layers.
 * @throws LatentError (input) `recorded-network` for what is no JSON; what `parseNetworkSpec` throws, with the file.
 */
export const parseRecordedNetwork = (text: string, file: string): NetworkSpec => {
  const at = { file, subject: 'the network that it records' };
  if (text.length > MAX_CHARACTERS) {
    throw inputError('recorded-network', {
      at,
      expected: `at most ${MAX_CHARACTERS} characters`,
      got: `${text.length}`,
      hint: 'export the model again',
    });
  }
  const spec = parseAt(parseJson(text, { code: 'recorded-network', at, hint: 'export the model again' }), at);
  const zoo = networks.find(({ id }) => id === spec.id);
  if (zoo === undefined) return spec;
  if (sameArchitecture(zoo, spec)) return zoo;
  return { ...spec, id: idOf(file) };
};

const parseAt = (json: unknown, at: ErrorPlace): NetworkSpec => {
  try {
    return parseNetworkSpec(json);
  } catch (error) {
    if (!(error instanceof LatentError)) throw error;
    throw inputError(
      error.code,
      { ...error.facts, at: { ...error.at, ...(error.at?.layer === undefined ? at : { file: at.file }) } },
      { cause: error },
    );
  }
};
