/**
 * A run folder out of files, wherever they lie: a browser's drop, an archive.
 *
 * In: a way to get a file by its path in the folder. Out: the model with its weights, and what is known of its training.
 * The command line reads folders on the disk itself, since it also goes on with them.
 */
import { inputError } from '../errors.ts';
import { readModel } from '../formats/index.ts';
import { sha256Hex } from '../images/checksum.ts';
import { type ResolvedNetwork, resolveNetwork } from '../network/index.ts';
import type { Weights } from '../runtime/index.ts';
import type { RunFacts } from './about.ts';
import { decodeWeights, encodeWeights, parseHistory } from './checkpoint.ts';
import { parseRunConfig } from './config.ts';
import { RUN_FILES } from './files.ts';
import { importedNetwork, parseImportConfig } from './imported.ts';
import { parseMetrics } from './metrics.ts';
import { parseWeightsPointer, pathWithin, SHIPPED_FILES } from './shipped.ts';

/** Where the files of a run folder come from: a disk, an archive, a browser. */
export interface RunSource {
  /** Of the folder, for messages. */
  readonly name: string;
  /** The file at a path within the folder; null where there is none. */
  readonly file: (path: string) => Promise<Uint8Array | null>;
  /**
   * The model file that holds the weights of a run of the zoo, which lies outside its folder; null where it did not come
   * along. Only what a person gave together with the folder may be answered, never what the path leads to.
   */
  readonly beside: (path: string) => Promise<Uint8Array | null>;
}

/** A run that was opened: its network, the kept weights, what it says of itself. */
export interface ReadRun extends RunFacts {
  /** As far as its parts are there. */
  readonly network: ResolvedNetwork;
  /** Those that the run keeps. */
  readonly weights: Weights;
  /** Of a model out of a file: what is not as the file has it; else empty. */
  readonly notes: readonly string[];
}

const notOver = (name: string): string =>
  `${name}: expected ${RUN_FILES.weights}, got none: the run has not come to an end; go on with: npx latent train --resume ${name}`;

const weightsOf = async (
  { name, file, beside }: RunSource,
  network: ResolvedNetwork,
  imported: boolean,
): Promise<Weights> => {
  const path = `${name}/${RUN_FILES.weights}`;
  const own = await file(RUN_FILES.weights);
  if (own) return decodeWeights(own, path, network, network.parameters).weights;
  const pointing = await file(SHIPPED_FILES.pointer);
  if (!pointing)
    throw inputError('no-weights', {
      problem: imported ? `${name}: expected ${RUN_FILES.weights}, got none; import the file again` : notOver(name),
    });
  const pointer = parseWeightsPointer(pointing, `${name}/${SHIPPED_FILES.pointer}`);
  const within = pathWithin(pointer.file);
  const bytes = within === null ? await beside(pointer.file) : await file(within);
  if (!bytes)
    throw inputError('no-weights', {
      at: { file: name },
      problem: `its weights lie in ${pointer.file}, which did not come with it`,
      hint: 'open the folder and that file together, or that file alone',
    });
  const { weights } = await readModel(
    { file: pointer.file, bytes, beside: async () => null },
    { network: network.spec },
  );
  const stored = encodeWeights(network.parameters, weights, { id: network.spec.id, epoch: pointer.epoch });
  if ((await sha256Hex(stored)) !== pointer.sha256)
    throw inputError('weights-mismatch', {
      at: { subject: pointer.file },
      expected: `the weights that ${name} was measured with`,
      got: 'others',
      hint: 'take the file that belongs to the run',
    });
  return weights;
};

/**
 * Reads a run folder.
 *
 * @throws LatentError (input) `no-run` without a `config.json`; `invalid-run`, `no-weights`, `weights-mismatch` where the
 *   folder is not whole; as `parseNetworkSpec`, `parseRecipe` and `readModel`.
 */
export const readRun = async (source: RunSource): Promise<ReadRun> => {
  const { name, file } = source;
  const at = (path: string): string => `${name}/${path}`;
  const bytes = await file(RUN_FILES.config);
  if (!bytes)
    throw inputError('no-run', {
      at: { file: name },
      expected: `a run folder with ${RUN_FILES.config}`,
      got: 'none',
      hint: 'take another folder',
    });
  const imported = parseImportConfig(bytes, at(RUN_FILES.config));
  const known = imported ?? parseRunConfig(bytes, at(RUN_FILES.config));
  const config = 'recipe' in known ? known : null;
  const network = imported ? importedNetwork(imported) : resolveNetwork(known.network);
  const weights = await weightsOf(source, network, imported !== null);
  const [metrics, history, card] = imported
    ? [null, null, null]
    : [await file(RUN_FILES.metrics), await file(RUN_FILES.history), await file(RUN_FILES.card)];
  return {
    network,
    weights,
    config,
    metrics: metrics && parseMetrics(metrics, at(RUN_FILES.metrics)),
    history: history ? parseHistory(history, at(RUN_FILES.history)) : [],
    card: card && new TextDecoder().decode(card),
    notes: imported?.notes ?? [],
  };
};
