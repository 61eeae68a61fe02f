/**
 * `config.json` of a run folder whose model was not trained here, but read from a file.
 *
 * In: bytes that anybody may have written. Out: a checked `ImportConfig`, or null where they are not of such a folder.
 */
import * as v from 'valibot';
import { inputError } from '../errors.ts';
import { onlyParts } from '../formats/index.ts';
import { type NetworkSpec, parseNetworkSpec, type ResolvedNetwork, resolveNetwork } from '../network/index.ts';
import { RUN_FORMAT } from './config.ts';

const text = v.pipe(v.string(), v.maxLength(4096));

const schema = v.object({
  format: v.literal(RUN_FORMAT),
  command: v.literal('import'),
  network: v.unknown(),
  /** The parts that the file holds: all, or an encoder or a decoder alone. */
  parts: v.array(v.picklist(['encoder', 'decoder', 'classifier'])),
  source: v.object({
    /** Name of the file, without its folder. */
    file: text,
    format: v.picklist(['keras', 'keras-h5', 'onnx', 'tfjs']),
    /** Of the weights as they are stored here. */
    weightsSha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  }),
  /** What was converted, or is missing. */
  notes: v.array(text),
  versions: v.object({ latentPlane: text, node: text }),
});

/** The `config.json` of a run folder made out of a model file. */
export interface ImportConfig extends Omit<v.InferOutput<typeof schema>, 'network'> {
  readonly network: NetworkSpec;
}

/**
 * Reads the `config.json` of an imported model; null where it is a training's.
 *
 * @throws LatentError (input) `invalid-run` with the first fault.
 */
export const parseImportConfig = (bytes: Uint8Array, path: string): ImportConfig | null => {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  if (!v.is(v.object({ command: v.literal('import') }), value)) return null;
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return { ...parsed.output, network: parseNetworkSpec(parsed.output.network) };
  const [issue] = parsed.issues;
  throw inputError('invalid-run', {
    at: { file: path, subject: v.getDotPath(issue) ?? 'the whole' },
    expected: issue.expected ?? 'another value',
    got: issue.received,
    hint: 'import the file again',
  });
};

/** The network of a folder, as far as its parts are there. */
export const importedNetwork = ({ network, parts }: ImportConfig): ResolvedNetwork =>
  onlyParts(resolveNetwork(network), parts);
