/** The label of a conditional network as an input of its graphs. */
import { input, type Tensor } from '../tensor/tensor.ts';
import { type ResolvedNetwork, type ResolvedPart, takesLabel } from './network.ts';

/** The label as a graph input, where one of the parts takes it. */
export const labelInput = (
  { spec }: ResolvedNetwork,
  parts: readonly Pick<ResolvedPart, 'layers'>[],
  batch: number,
): Tensor | null =>
  spec.kind === 'autoencoder' && spec.label && parts.some(takesLabel)
    ? input('label', [batch, spec.label.classes])
    : null;
