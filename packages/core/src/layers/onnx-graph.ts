/** A graph of another program that runs as it is, where no layers are found in it. */
import { integer, optional, shape, text } from '../registry/index.ts';
import { runGraph, unpackGraph } from '../tensor/onnx/packed-graph.ts';
import { sameShape } from '../tensor/shape.ts';
import { defineLayer, trained } from './definition.ts';
import { MAX_UNITS } from './limits.ts';
import { shapeMismatch } from './place.ts';

/** Text of a graph of so many characters, weights in whole numbers within it. */
const MAX_TEXT = 64e6;

/** Weights `weight_0`, `weight_1`, ...: the graph's own in the order of its inputs. */
export const onnxGraphLayer = defineLayer({
  type: 'onnx-graph',
  baseName: 'onnx_graph',
  label: 'ONNX graph',
  doc: 'Nodes of an ONNX file as they are: for inference alone.',
  formula: 'what the nodes compute',
  inferenceOnly: true,
  fields: {
    graph: text({
      label: 'Graph',
      doc: 'An ONNX model in base64 without its weights.',
      maxLength: MAX_TEXT,
      default: '',
    }),
    outputShape: shape({ label: 'Output', doc: 'Shape of what it gives.', min: 1, max: MAX_UNITS, default: [1] }),
    imagesPerRun: optional(
      integer({
        label: 'Images in a run',
        doc: 'How many images it takes at a time; any number when absent.',
        min: 1,
        max: MAX_UNITS,
        default: 1,
      }),
    ),
  },
  outputShape: (spec, inputShape, place) => {
    const packed = unpackGraph(spec.graph);
    if (!sameShape(packed.inputShape, inputShape))
      throw shapeMismatch(place, packed.inputShape, inputShape, 'import the model again');
    return [...spec.outputShape];
  },
  weights: ({ graph }) =>
    unpackGraph(graph).parameters.map(({ shape: own }, i) =>
      trained(`weight_${i}`, own, { fanIn: 1, fanOut: 1 }, 'zeros'),
    ),
  imagesPerRun: ({ imagesPerRun }) => imagesPerRun ?? null,
  build: ({ graph, imagesPerRun, outputShape }, { x, weight }) => {
    const packed = unpackGraph(graph);
    const weights = packed.parameters.map((_, i) => weight(`weight_${i}`));
    return runGraph(packed, x, weights, imagesPerRun ?? null, outputShape);
  },
  torchCode: null,
  keras: null,
  kerasLacks: () => 'graphs of ONNX nodes',
  tfjsLacks: () => 'graphs of ONNX nodes',
});
