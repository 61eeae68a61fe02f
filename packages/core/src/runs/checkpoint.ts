/**
 * Checkpoints and weights as safetensors.
 *
 * In: a training's state, or weights by name. Out: bytes, and back. Numbers that are no tensors (the epoch, the
 * history) are JSON in the file's metadata: doubles survive JSON to the last bit. No clock is in any of the files, so
 * the same training gives the same bytes.
 */
import * as v from 'valibot';
import { type ErrorFacts, inputError } from '../errors.ts';
import { decodeSafetensors, encodeSafetensors } from '../formats/index.ts';
import type { ParameterSpec, ResolvedNetwork } from '../network/index.ts';
import { DEFAULT_OPTIMIZER, optimizers } from '../optimizers/index.ts';
import { parseJson, parseJsonAs } from '../registry/parse-json.ts';
import { checkAgainst } from '../registry/validation.ts';
import type { Weights } from '../runtime/index.ts';
import type { TensorData } from '../tensor/index.ts';
import { type EpochRecord, makeOptimizerState, type TrainingState } from '../training/index.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const recordSchema = v.object({
  epoch: count,
  loss: v.number(),
  valLoss: v.exactOptional(v.number()),
  trainLoss: v.exactOptional(v.number()),
  learningRate: v.number(),
});

const progressSchema = v.object({
  epoch: count,
  batch: count,
  lossSum: v.number(),
  step: count,
  history: v.array(recordSchema),
  best: v.nullable(v.object({ epoch: count, loss: v.number() })),
  /** Absent: the usual one. */
  optimizer: v.optional(v.picklist(optimizers.ids), DEFAULT_OPTIMIZER.type),
});

const flat = (data: Float32Array): TensorData<Float32Array> => ({ dims: [data.length], data });

/**
 * The whole state: `parameters`, the optimiser's arrays as `<type>/<name>`, `average`, `best` as flat tensors, the rest
 * as metadata. The optimiser's type stands there where it is not the usual one.
 *
 * @returns the bytes of a safetensors file.
 */
export const encodeState = (state: TrainingState): Uint8Array => {
  const { parameters, optimizer, average, bestParameters, ...rest } = state;
  const tensors = new Map([
    ['parameters', flat(parameters)],
    ...Object.entries(optimizer.arrays).map(([name, array]) => [`${optimizer.type}/${name}`, flat(array)] as const),
  ]);
  if (average) tensors.set('average', flat(average));
  if (bestParameters) tensors.set('best', flat(bestParameters));
  const progress = optimizer.type === DEFAULT_OPTIMIZER.type ? rest : { ...rest, optimizer: optimizer.type };
  return encodeSafetensors(
    tensors,
    Object.fromEntries(Object.entries(progress).map(([name, value]) => [name, JSON.stringify(value)])),
  );
};

/**
 * Reads the state that a training goes on from, as `encodeState` wrote it.
 *
 * @param size - how many parameters are trained.
 * @throws LatentError (input) `invalid-checkpoint` where the file is not a state of such a training.
 */
export const decodeState = (bytes: Uint8Array, path: string, size: number): TrainingState => {
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const refusal = { code: 'invalid-checkpoint', at: { file: path }, hint: 'begin the run again in another folder' };
  const wrong = (facts: ErrorFacts) => inputError(refusal.code, { at: refusal.at, hint: refusal.hint, ...facts });
  const tensor = (name: string): Float32Array => {
    const data = tensors.get(name)?.data;
    if (data?.length !== size)
      throw wrong({ expected: `${size} numbers as "${name}"`, got: `${data?.length ?? 'none'}` });
    return data;
  };
  const values = Object.entries(metadata).map(([name, text]) => [
    name,
    parseJson(text, { ...refusal, at: { file: path, field: name } }),
  ]);
  const { optimizer: type, ...progress } = checkAgainst(progressSchema, Object.fromEntries(values), refusal);
  if (progress.history.length !== progress.epoch)
    throw wrong({ expected: `a history of ${progress.epoch} epochs`, got: `${progress.history.length}` });
  return {
    ...progress,
    parameters: tensor('parameters'),
    optimizer: makeOptimizerState(type, (name) => tensor(`${type}/${name}`)),
    average: tensors.has('average') ? tensor('average') : null,
    bestParameters: tensors.has('best') ? tensor('best') : null,
  };
};

/** The text of a `history.jsonl`: a line of JSON for each epoch. */
export const formatHistory = (history: readonly EpochRecord[]): string =>
  history.map((record) => `${JSON.stringify(record)}\n`).join('');

/**
 * Reads a `history.jsonl`: a line for each epoch.
 *
 * @throws LatentError (input) `invalid-run`.
 */
export const parseHistory = (bytes: Uint8Array, path: string): EpochRecord[] =>
  new TextDecoder()
    .decode(bytes)
    .split('\n')
    .flatMap((line, i) =>
      line === ''
        ? []
        : [
            parseJsonAs(line, recordSchema, {
              code: 'invalid-run',
              at: { file: path, subject: `line ${i + 1}` },
              hint: 'take another run folder',
            }),
          ],
    );

/**
 * Weights by name, in the order of `parameters`.
 *
 * @param weights - of all `parameters`, by name.
 * @param epoch - after which they were taken; the metadata says so, and whose they are.
 * @returns the bytes of a safetensors file.
 */
export const encodeWeights = (
  parameters: readonly ParameterSpec[],
  weights: Weights,
  { id, epoch }: { readonly id: string; readonly epoch: number },
): Uint8Array => {
  const tensors = new Map<string, TensorData<Float32Array>>();
  for (const { name, shape } of parameters) {
    const data = weights.get(name);
    if (data) tensors.set(name, { dims: shape, data });
  }
  return encodeSafetensors(tensors, { network: id, epoch: String(epoch) });
};

/** Weights out of a file, by parameter name. */
export interface StoredWeights {
  /** Of all parameters that were asked for. */
  readonly weights: Weights;
  /** After which they were taken. */
  readonly epoch: number;
}

/**
 * Weights out of a file, compared with the network.
 *
 * @param parameters - that must be there; others in the file are left out.
 * @throws LatentError (input) `weights-mismatch` with the first parameter that is missing or of another shape.
 */
export const decodeWeights = (
  bytes: Uint8Array,
  path: string,
  { spec }: ResolvedNetwork,
  parameters: readonly ParameterSpec[],
): StoredWeights => {
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const weights = new Map(
    parameters.map(({ name, shape }): [string, Float32Array] => {
      const tensor = tensors.get(name);
      if (tensor?.dims.join() !== shape.join()) {
        throw inputError('weights-mismatch', {
          at: { file: path, network: spec.id },
          expected: `"${name}" of [${shape.join(', ')}]`,
          got: tensor ? `[${tensor.dims.join(', ')}]` : 'none',
          hint: 'take weights of the same architecture',
        });
      }
      return [name, tensor.data];
    }),
  );
  const epoch = Number(metadata.epoch);
  return { weights, epoch: Number.isSafeInteger(epoch) ? epoch : 0 };
};
