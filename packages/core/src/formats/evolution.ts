/**
 * A plane through the epochs, small enough to ship: of each kept epoch the decoder and the codes of some images.
 *
 * In: frames. Out: the bytes of one safetensors file in half precision, and back. An encoder, which may be fifty times
 * as large as its decoder, is not kept: its codes say where it sent the images.
 */
import { codeSizeOf } from '../codes/index.ts';
import { type ErrorFacts, inputError } from '../errors.ts';
import { partOf, type ResolvedNetwork } from '../network/index.ts';
import type { Weights } from '../runtime/index.ts';
import type { TensorData } from '../tensor/index.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

/** Decoder and codes after one epoch. */
export interface EvolutionFrame {
  readonly epoch: number;
  /** By parameter name, `decoder/...` alone. */
  readonly decoder: Weights;
  /** `[count, code size]`, code units. */
  readonly codes: Float32Array;
}

/** A plane through the epochs of its training. */
export interface Evolution {
  /** Which image of training and test images together is the first; the others follow it. */
  readonly from: number;
  /** In the order of their epochs. */
  readonly frames: readonly EvolutionFrame[];
}

const FORMAT = 'latent-plane-evolution';
const VERSION = '1';
const frameName = (epoch: number): string => `epoch-${String(epoch).padStart(5, '0')}`;

/** Writes frames; values keep three figures. */
export const encodeEvolution = (network: ResolvedNetwork, { from, frames }: Evolution): Uint8Array => {
  const { spec, parts } = network;
  const size = codeSizeOf({ network });
  const parameters = parts.find(({ name }) => name === 'decoder')?.parameters ?? [];
  const tensors = new Map<string, TensorData<Float32Array>>();
  for (const { epoch, decoder, codes } of frames) {
    tensors.set(`${frameName(epoch)}/codes`, { dims: [codes.length / size, size], data: codes });
    for (const { name, shape } of parameters) {
      const data = decoder.get(name);
      if (data === undefined)
        throw inputError('weights-mismatch', {
          at: { subject: `epoch ${epoch}` },
          expected: `values of ${name}`,
          got: 'none',
        });
      tensors.set(`${frameName(epoch)}/${name}`, { dims: shape, data });
    }
  }
  const metadata = { format: FORMAT, version: VERSION, id: spec.id, from: String(from) };
  return encodeSafetensors(tensors, metadata, { dtype: 'F16' });
};

/**
 * Reads frames of a network.
 *
 * @throws LatentError (input) `invalid-evolution`, or as `decodeSafetensors`.
 */
export const decodeEvolution = (bytes: Uint8Array, network: ResolvedNetwork, file: string): Evolution => {
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  const wrong = (facts: ErrorFacts) =>
    inputError('invalid-evolution', { at: { file }, hint: 'make it again', ...facts });
  if (metadata.format !== FORMAT || metadata.version !== VERSION) throw wrong({ expected: 'the frames of a training' });
  const epochs = [...tensors.keys()].flatMap((name) => {
    const found = /^epoch-(\d+)\/codes$/.exec(name);
    return found ? [Number(found[1])] : [];
  });
  const { parameters } = partOf(network, 'decoder');
  const size = codeSizeOf({ network });
  const frames = epochs.map((epoch): EvolutionFrame => {
    const tensor = (name: string, shape?: readonly number[]): Float32Array => {
      const found = tensors.get(`${frameName(epoch)}/${name}`);
      if (found === undefined || (shape && found.dims.join() !== shape.join()))
        throw wrong({
          problem: `epoch ${epoch}: expected ${name} of [${shape?.join(', ') ?? ''}], got ${found ? `[${found.dims.join(', ')}]` : 'none'}`,
        });
      return found.data;
    };
    return {
      epoch,
      decoder: new Map(parameters.map(({ name, shape }) => [name, tensor(name, shape)])),
      codes: tensor('codes', [tensors.get(`${frameName(epoch)}/codes`)?.dims[0] ?? 0, size]),
    };
  });
  const from = Number(metadata.from);
  if (frames.length === 0 || !Number.isSafeInteger(from) || from < 0) throw wrong({ expected: 'at least one frame' });
  return { from, frames: frames.sort((a, b) => a.epoch - b.epoch) };
};
