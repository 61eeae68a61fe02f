/** Out to every format and back: the same outputs, or a refusal that names the layer. */
import { LatentError } from '../../errors.ts';
import { exportKeras } from '../../formats/keras/write.ts';
import { exportOnnx } from '../../formats/onnx/write.ts';
import { readModel } from '../../formats/read-model.ts';
import { loadInTensorFlow, predict, startTensorFlow } from '../../formats/tfjs/testing/tensorflow.ts';
import { exportTfjs, MODEL_FILE } from '../../formats/tfjs/write.ts';
import type { LayerSpec } from '../../layers/index.ts';
import type { ResolvedNetwork } from '../../network/index.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { fail } from './expect.ts';
import { lacksInKeras, lacksInTfjs } from './lacks.ts';
import { expectClose, IMAGES, imagesFor, type Outputs, oneHotFor, outputsOf } from './try-inference.ts';
import type { TrainedNetwork } from './try-training.ts';

export interface FormatOutcome {
  readonly format: string;
  /** Null where the format does not have a layer of the network, and says so. */
  readonly files: ReadonlyMap<string, Uint8Array> | null;
}

interface ModelFormat {
  readonly name: string;
  /** What the program itself computes of its files; absent where it is not at hand. */
  compute?(files: ReadonlyMap<string, Uint8Array>, network: ResolvedNetwork): Promise<Float32Array>;
  /** What of a layer it does not have; null where it has all of it. */
  lacks(spec: LayerSpec): string | null;
  write(model: TrainedNetwork): Promise<ReadonlyMap<string, Uint8Array>>;
  /** The file that a reader is given. */
  readonly entry: string;
}

export const KERAS_FILE = 'model.keras';
const ONNX_FILE = 'autoencoder.onnx';

const modelFormats: readonly ModelFormat[] = [
  {
    name: 'keras',
    lacks: lacksInKeras,
    write: async (model) => new Map([[KERAS_FILE, await exportKeras(model)]]),
    entry: KERAS_FILE,
  },
  {
    name: 'tfjs',
    lacks: lacksInTfjs,
    write: async (model) => exportTfjs(model),
    compute: async (files, network) => {
      await startTensorFlow();
      const loaded = await loadInTensorFlow(files);
      const { x } = imagesFor(network);
      const outputs = predict(loaded, x, network.spec.inputShape, oneHotFor(network) ?? undefined);
      loaded.dispose();
      return outputs;
    },
    entry: MODEL_FILE,
  },
  {
    name: 'onnx',
    lacks: () => null,
    write: async (model) => exportOnnx(model),
    compute: async (files, network) => {
      const session = await nodeRuntime.createSession(files.get(ONNX_FILE) ?? fail(`no file "${ONNX_FILE}"`), {});
      const { x } = imagesFor(network);
      const label = oneHotFor(network);
      const { reconstruction } = await session.run({
        image: { dims: [IMAGES, ...network.spec.inputShape], data: x },
        ...(label ? { label: { dims: [IMAGES, label.length / IMAGES], data: label } } : {}),
      });
      const outputs = Float32Array.from(reconstruction.data, Number);
      await session.release();
      return outputs;
    },
    entry: ONNX_FILE,
  },
];

/**
 * Of the largest number. The weights come back to the bit, but a reader may put an activation of its own into the layer
 * before it, or take a layer's stand-in, so that the engine adds in another order.
 */
const TOLERANCE = 1e-5;

/** Two engines: other orders of addition and another exp, through some ten layers. */
const OTHER_ENGINE = 1e-3;

/** The files; null where they are rightly refused. */
const written = async (format: ModelFormat, model: TrainedNetwork): Promise<ReadonlyMap<string, Uint8Array> | null> => {
  const layers = model.network.parts.flatMap((part) => part.layers);
  const lacking = layers.find(({ spec }) => format.lacks(spec) !== null);
  try {
    const files = await format.write(model);
    if (lacking) fail(`written though it lacks ${format.lacks(lacking.spec)}`);
    return files;
  } catch (error) {
    if (!(error instanceof LatentError) || lacking === undefined) throw error;
    const { part, layer } = error.at ?? {};
    if (error.kind !== 'input' || part === undefined || layer === undefined || error.hint === undefined)
      fail(`the refusal names no part and layer, or no next step: ${error.message}`);
    return null;
  }
};

const tryFormat = async (format: ModelFormat, model: TrainedNetwork, outputs: Outputs): Promise<FormatOutcome> => {
  const { name, entry } = format;
  const files = await written(format, model);
  if (files === null) return { format: name, files: null };
  const theirs = await format.compute?.(files, model.network);
  if (theirs) expectClose(`the reconstruction by ${name} itself`, theirs, outputs.reconstruction, OTHER_ENGINE);
  const bytes = files.get(entry) ?? fail(`no file "${entry}"`);
  const back = await readModel({ file: entry, bytes, beside: async (path) => files.get(path) ?? null });
  if (back.network.parts.length !== 2) fail(`${back.network.parts.length} parts come back`);
  const read = await outputsOf(back.network, back.weights);
  expectClose('the code of what comes back', read.code, outputs.code, TOLERANCE);
  expectClose('the reconstruction of what comes back', read.reconstruction, outputs.reconstruction, TOLERANCE);
  return { format: name, files };
};

/** One trial for each format. */
export const tryFormats = (
  model: TrainedNetwork,
  outputs: Outputs,
): readonly { readonly name: string; readonly run: () => Promise<FormatOutcome> }[] =>
  modelFormats.map((format) => ({ name: format.name, run: () => tryFormat(format, model, outputs) }));
