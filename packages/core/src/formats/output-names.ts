/**
 * What the names of outputs and layers say in files of other programs, and what is asked where they say nothing.
 *
 * In: names. Out: whether one is that of a mean, of a scale, of a code; the errors that ask for `--code-output`.
 */
import { inputError, type LatentError } from '../errors.ts';
import { suggestion } from '../registry/index.ts';

/** Whether a head is called after a scale, not after a mean. */
export const isScaleName = (name: string): boolean =>
  /log|var|sigma|std|scale/i.test(name) && !/mean|mu([^a-z]|$)/i.test(name);

/** Whether a head is called after a mean. */
export const isMeanName = (name: string): boolean => /mean|(^|[^a-z])(mu|loc)([^a-z]|$)/i.test(name);

/** Whether a layer or an output is called after a code. */
export const isCodeName = (name: string): boolean =>
  /(^|[^a-z])(code|codes|codings?|encoded|encoding|encoder_output|latent|bottleneck|embedding|z)([^a-z]|$)/i.test(name);

/** Whether an input is called after a label. */
export const isLabelName = (name: string): boolean =>
  /label|class|cond|one_?hot|digit|target|(^|[^a-z])y([^a-z]|$)/i.test(name);

/** An output, as messages list it. */
export interface ListedOutput {
  readonly name: string;
  /** `2`, `7x7x32`; empty where it is not known. */
  readonly shape: string;
}

const MOST = 8;
const listed = (outputs: readonly ListedOutput[]): string =>
  outputs
    .slice(0, MOST)
    .map(({ name, shape }) => `${name.slice(0, 60)}${shape === '' ? '' : ` (${shape})`}`)
    .join(', ');

/** Nothing tells which of several outputs is the code. */
export const severalOutputs = (outputs: readonly ListedOutput[], file: string): LatentError =>
  inputError('several-outputs', {
    at: { file },
    problem: `it has ${outputs.length} outputs, and nothing tells which is the code: ${listed(outputs)}`,
    hint: `name it: --code-output ${outputs[0]?.name.slice(0, 60) ?? 'NAME'}`,
    choices: outputs.map(({ name }) => name),
  });

/** An output was asked for that is not there. */
export const noSuchOutput = (outputs: readonly ListedOutput[], wanted: string, file: string): LatentError =>
  inputError('no-such-output', {
    at: { file },
    expected: `an output of the model, ${listed(outputs)}`,
    got: `"${wanted}"${suggestion(
      wanted,
      outputs.map(({ name }) => name),
    )}`,
    hint: 'name one of them: --code-output NAME',
    choices: outputs.map(({ name }) => name),
  });
