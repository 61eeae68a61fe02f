/** Writes the weights of a network as one safetensors file, with the network beside them. */
import type { ExportModel } from '../keras/write.ts';
import { encodeSafetensors } from '../safetensors.ts';

/**
 * Every array under its parameter's name (`encoder/dense/kernel`) and in our layout, kernels with inputs before outputs; the
 * network as JSON in the metadata, so that the file opens again without being told. Any reader of the format takes it,
 * `safetensors.torch.load_file` too.
 */
export const exportSafetensors = ({ network, weights, metadata = {} }: ExportModel): Uint8Array =>
  encodeSafetensors(
    new Map(
      network.parameters.flatMap(({ name, shape }) => {
        const data = weights.get(name);
        return data ? [[name, { dims: shape, data }] as const] : [];
      }),
    ),
    { ...metadata, format: 'pt', network: network.spec.id, spec: JSON.stringify(network.spec) },
  );
