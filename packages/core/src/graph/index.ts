/** The graph room: from layers to ONNX bytes, gradients included. */
export { ADAM, type AdamSpec, adamScalars } from './adam.ts';
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
export { compileRefinement, type RefinementGraph } from './compile-refinement.ts';
export { evaluator } from './evaluate.ts';
export type { RandomInput } from './layers.ts';
export { IR_VERSION, OPSET, PRODUCER } from './onnx/emitter.ts';
export { gemm } from './ops/matmul.ts';
export { compileProduct, compileProducts, type ProductGraph } from './products.ts';
export { type Dims, input, type NdArray, type Tensor } from './tensor.ts';
