/** Symbolic tensors with gradients, the ONNX emitter, and the port to whatever runs its graphs. */
export { evaluator } from './evaluate.ts';
export { compileIntegerProduct, hasExactSignedProducts, INTEGER_MIDDLE } from './integer-products.ts';
export { IR_VERSION, OPSET, PRODUCER } from './onnx/emitter.ts';
export { gemm } from './ops/matmul.ts';
export { compileProduct, compileProducts, compileSquare, type Product, type ProductGraph } from './products.ts';
export type { Feeds, Runtime, Session, SessionOptions, TensorArray, TensorData } from './session.ts';
export { elementCount, formatShape, type Shape, type Size2D, sameShape } from './shape.ts';
export { type Dims, input, type NdArray, type Tensor } from './tensor.ts';
