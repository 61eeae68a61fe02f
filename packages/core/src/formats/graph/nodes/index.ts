/** How each kind of node is read: a family a file. */
import type { NodeReader } from '../node-context.ts';
import { activationNodes } from './activations.ts';
import { arithmeticNodes } from './arithmetic.ts';
import { imageNodes } from './images.ts';
import { productNodes } from './products.ts';
import { shapeNodes } from './shapes.ts';

/** By the name of the operator of ONNX. */
export const nodeReaders: ReadonlyMap<string, NodeReader> = new Map(
  [productNodes, arithmeticNodes, activationNodes, imageNodes, shapeNodes].flatMap((family) => Object.entries(family)),
);
