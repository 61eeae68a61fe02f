/** The graph room: from layers to ONNX bytes, gradients included. */
export { ADAM, adamScalars, type AdamSpec } from './adam.ts';
export {
  compileInference,
  compileTraining,
  type InferenceGraph,
  type InferenceGraphOptions,
  type InferenceTarget,
  inferenceTensors,
  type TrainingGraph,
  type TrainingGraphOptions,
} from './compile.ts';
export { evaluator } from './evaluate.ts';
export type { RandomInput } from './layers.ts';
export { OPSET } from './onnx/emitter.ts';
export { compileProducts, type ProductsGraph } from './products.ts';
export type { Dims, NdArray, Tensor } from './tensor.ts';
