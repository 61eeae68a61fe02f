/** Which nodes of ONNX files of other programs become layers, for docs/formats.md. */
import { nodeReaders } from '../../packages/core/src/formats/graph/nodes/index.ts';

/** All operators, in the order of the alphabet. */
export const graphNodes = (): string =>
  `${[...nodeReaders.keys()]
    .sort()
    .map((name) => `\`${name}\``)
    .join(', ')}.`;
