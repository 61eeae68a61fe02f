/**
 * `config.json` of a run folder whose model was not trained here, but read from a file.
 *
 * In: bytes that anybody may have written. Out: a checked `ImportConfig`, or null where they are not of such a folder.
 */
import * as v from 'valibot';
import {
  type NetworkSpec,
  onlyParts,
  parseNetworkSpec,
  type ResolvedNetwork,
  resolveNetwork,
} from '../network/index.ts';
import { tryJsonAs } from '../registry/parse-json.ts';
import { checkAgainst } from '../registry/validation.ts';
import { importSchema, RUN_FORMAT } from './config.ts';

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
    format: v.picklist(['keras', 'keras-h5', 'onnx', 'tfjs', 'torch', 'safetensors']),
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
  const value = tryJsonAs(bytes, importSchema);
  if (value === null) return null;
  const config = checkAgainst(schema, value, {
    code: 'invalid-run',
    at: { file: path },
    hint: 'import the file again',
  });
  return { ...config, network: parseNetworkSpec(config.network) };
};

/** The network of a folder, as far as its parts are there. */
export const importedNetwork = ({ network, parts }: ImportConfig): ResolvedNetwork =>
  onlyParts(resolveNetwork(network), parts);
