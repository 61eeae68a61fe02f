/** What every layer type has to keep in files: out to each format and back, with the same layers, weights and outputs. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type LayerDefinition, type LayerSpec, supportedClasses } from '../../layers/index.ts';
import { type LayerSample, layerSamples } from '../../layers/testing/samples.ts';
import { networkWith } from '../../network/testing/with-layer.ts';
import { createInference } from '../../runtime/index.ts';
import { fillOneHot } from '../../runtime/inference.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import type { ImportedModel } from '../imported-model.ts';
import { kerasClassOf, kerasConfigOf } from '../keras/classes.ts';
import { exportKeras } from '../keras/write.ts';
import { exportOnnx } from '../onnx/write.ts';
import { readModel } from '../read-model.ts';
import { loadInTensorFlow, predict, startTensorFlow } from '../tfjs/testing/tensorflow.ts';
import { exportTfjs, MODEL_FILE, tfjsLacks } from '../tfjs/write.ts';
import { differingWeights, largestDifference, type SampleModel, sampleImages, sampleModel } from './sample-model.ts';

const BATCH = 4;
/** Two engines: other orders of addition, another exp; outputs are of the order of 1. */
const TOLERANCE = 1e-5;

const outputsOf = async ({ network, weights }: Pick<ImportedModel, 'network' | 'weights'>) => {
  const inference = await createInference(network, weights, {
    target: 'autoencoder',
    runtime: nodeRuntime,
    batchSize: BATCH,
  });
  const { code, reconstruction } = await inference.run(sampleImages(network.spec.inputShape, BATCH));
  await inference.release();
  return { code, reconstruction };
};

/** The label that images have where none is given, one-hot; null of a network that takes none. */
const labelsOf = ({ network: { spec } }: SampleModel): Float32Array | null => {
  const classes = spec.kind === 'autoencoder' ? spec.label?.classes : undefined;
  if (classes === undefined) return null;
  const labels = new Float32Array(BATCH * classes);
  fillOneHot(labels, classes, BATCH, () => 0);
  return labels;
};

type View = (spec: LayerSpec) => unknown;
const whole: View = (spec) => spec;
/** What Keras knows of a layer. */
const asKeras: View = (spec) => [kerasClassOf(spec), kerasConfigOf(spec)];
/** Of layers that come back as another one that computes the same. */
const className: View = (spec) => kerasClassOf(spec);

/** The layers, the weights to the bit, and what comes out, to the bit as well. */
const expectSame = async (back: ImportedModel, model: SampleModel, view = whole): Promise<void> => {
  const layersOf = ({ parts }: SampleModel['network']) =>
    parts.map(({ layers }) => layers.map(({ spec }) => view(spec)));
  expect(layersOf(back.network)).toEqual(layersOf(model.network));
  // Another layer brings other names.
  if (view !== className) expect(differingWeights(back.weights, model.weights)).toEqual([]);
  expect(await outputsOf(back)).toEqual(await outputsOf(model));
};

const tfjsFiles = (files: ReadonlyMap<string, Uint8Array>, change: (json: object) => object = (json) => json) => {
  const model = new TextDecoder().decode(files.get(MODEL_FILE));
  return {
    file: 'mine.json',
    bytes: new TextEncoder().encode(JSON.stringify(change(JSON.parse(model)))),
    beside: async (path: string) => files.get(path) ?? null,
  };
};

const describeSample = (
  { keras, kerasLacks, ofLabel }: LayerDefinition,
  sample: LayerSample,
  isInvented: boolean,
): void => {
  const model = sampleModel(networkWith(sample));

  test('goes to ONNX and comes back', async () => {
    const bytes = exportOnnx(model).get('autoencoder.onnx') ?? new Uint8Array();
    await expectSame(await readModel({ file: 'mine.onnx', bytes }), model);
  });

  if (keras === null) {
    test('is refused by name in Keras and TensorFlow.js, with what to take instead', async () => {
      const refusal = new RegExp(
        `^unsupported-layer: layer "encoder/\\w+": .*"${sample.spec.type}"; export .*--to onnx$`,
      );
      await expect(exportKeras(model)).rejects.toThrow(refusal);
      expect(() => exportTfjs(model)).toThrow(refusal);
    });
    return;
  }

  const refusedByKeras = kerasLacks(sample.spec);
  if (refusedByKeras !== null)
    test('is refused in Keras, with what it lacks and what to take instead', async () => {
      await expect(exportKeras(model)).rejects.toThrow(
        new RegExp(`^unsupported-layer: .*${refusedByKeras}; export .*--to onnx$`),
      );
    });
  else
    test('goes to Keras and comes back', async () => {
      await expectSame(
        await readModel({ file: 'mine.keras', bytes: await exportKeras(model) }),
        model,
        keras.writtenOnly ? className : asKeras,
      );
    });

  test('is among the classes that a refusal lists', () => {
    expect(supportedClasses()).toMatch(new RegExp(`(^|, )${keras.className}(,| \\()`));
  });

  const lacks = tfjsLacks(sample.spec as LayerSpec);
  if (lacks !== null) {
    test('is refused in TensorFlow.js, with what it lacks and what to take instead', () => {
      expect(() => exportTfjs(model)).toThrow(new RegExp(`^unsupported-layer: .*${lacks}; export .*--to onnx$`));
    });
    return;
  }

  test('goes to TensorFlow.js and comes back', async () => {
    await expectSame(await readModel(tfjsFiles(exportTfjs(model))), model, keras.writtenOnly ? className : whole);
  });

  // Without the record a model is read where its layers follow one another.
  test.runIf(sample.inputShapes.length === 1 && !ofLabel)(
    'gives the same outputs out of a TensorFlow.js model that records no network of ours',
    async () => {
      const files = tfjsFiles(exportTfjs(model), (json) => ({ ...json, userDefinedMetadata: undefined }));
      const [back, own] = [await outputsOf(await readModel(files)), await outputsOf(model)];
      expect(largestDifference(back.code, own.code)).toBe(0);
      expect(largestDifference(back.reconstruction, own.reconstruction)).toBe(0);
    },
  );

  // The class is asked for by its own name: a wrong one comes back from our reader, and from no other.
  test.runIf(!isInvented)('computes in TensorFlow.js what it computes here', async () => {
    const { inputShape } = model.network.spec;
    const loaded = await loadInTensorFlow(exportTfjs(model));
    const theirs = predict(loaded, sampleImages(inputShape, BATCH), inputShape, labelsOf(model) ?? undefined);
    loaded.dispose();
    expect(largestDifference(theirs, (await outputsOf(model)).reconstruction)).toBeLessThan(TOLERANCE);
  });
};

/**
 * Registers the tests of a layer type in files.
 *
 * @param isInvented - by a test, so that no other program has it; default false.
 */
export const describeLayerFiles = (
  definition: LayerDefinition,
  { isInvented = false }: { readonly isInvented?: boolean } = {},
): void => {
  beforeAll(startTensorFlow);
  for (const sample of layerSamples(definition))
    describe(sample.title, () => describeSample(definition, sample, isInvented));
};
