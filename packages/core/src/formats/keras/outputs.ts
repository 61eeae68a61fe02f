/** Which output of a Keras model is meant, where it has several. */
import { LatentError } from '../../errors.ts';
import { elementCount, formatShape, sameShape } from '../../tensor/index.ts';
import {
  isCodeName,
  isMeanName,
  isScaleName,
  type ListedOutput,
  noSuchOutput,
  severalOutputs,
} from '../output-names.ts';
import type { Flow, FlowOutput } from './flow.ts';
import { type FlowNode, leadingTo } from './flow-node.ts';
import { joinHeads } from './sampling.ts';

/** What is asked of the choice. */
export interface OutputOptions {
  readonly file: string;
  /** Name of the output that is meant; the reader's own choice where absent. */
  readonly codeOutput?: string;
  /** First values of a head's bias; null where it has none that can be read. */
  readonly biasOf: (node: FlowNode) => Float32Array | null;
}

interface Computed {
  readonly name: string;
  readonly node: FlowNode;
}

const shown = (outputs: readonly Computed[]): readonly ListedOutput[] =>
  outputs.map(({ name, node }) => ({ name, shape: formatShape(node.shape) }));

/** Outputs that can be computed; the first refusal where none can. */
const computable = (outputs: readonly FlowOutput[]): Computed[] => {
  const refusals: LatentError[] = [];
  const computed = outputs.flatMap(({ name, node }): Computed[] => {
    try {
      return [{ name, node: node() }];
    } catch (error) {
      if (!(error instanceof LatentError)) throw error;
      refusals.push(error);
      return [];
    }
  });
  if (computed.length === 0 && refusals[0]) throw refusals[0];
  return computed;
};

const byName = (outputs: readonly Computed[], name: string, file: string): FlowNode => {
  const found = outputs.find((output) => output.name === name || output.node.name === name);
  if (found) return found.node;
  throw noSuchOutput(shown(outputs), name, file);
};

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Whether biases tell that the second head is a log-variance: a trained one lies below 0 in all its numbers, as those of a
 * mean do not.
 */
const biasesTell = (first: Float32Array | null, second: Float32Array | null): boolean => {
  if (first === null || second === null || second.length < 2) return false;
  return second.every((value) => value < 0) && !first.every((value) => value < 0) && mean(second) < mean(first);
};

/** The heads of a Gaussian code, the mean first; null where nothing tells which is which. */
const headsOf = (
  [a, b]: readonly [Computed, Computed],
  { biasOf }: OutputOptions,
): readonly [Computed, Computed, string] | null => {
  const scales = [isScaleName(a.name), isScaleName(b.name)];
  if (scales[0] !== scales[1]) return scales[0] ? [b, a, 'by their names'] : [a, b, 'by their names'];
  const means = [isMeanName(a.name), isMeanName(b.name)];
  if (means[0] !== means[1]) return means[0] ? [a, b, 'by their names'] : [b, a, 'by their names'];
  const isTold = biasesTell(biasOf(a.node), biasOf(b.node));
  return isTold ? [a, b, 'by their order, and since every bias of the second is negative'] : null;
};

/** The output that is meant. @throws LatentError (input) `several-outputs`, `no-such-output`; what the only one refuses with. */
export const chooseOutput = (outputs: readonly FlowOutput[], flow: Flow, options: OutputOptions): FlowNode => {
  if (outputs.length === 1) {
    if (options.codeOutput !== undefined) return byName(computable(outputs), options.codeOutput, options.file);
    return outputs[0].node();
  }
  const computed = computable(outputs);
  if (options.codeOutput !== undefined) return byName(computed, options.codeOutput, options.file);
  const different = computed.filter(({ node }, i) => computed.findIndex((other) => other.node === node) === i);
  const sample = different.find(({ node }) => node.kind === 'sampling');
  if (sample) return sample.node;
  const images = leadingTo(different.map(({ node }) => node)).filter(({ kind }) => kind === 'input');
  const largest = Math.max(...images.map(({ shape }) => elementCount(shape)));
  const [back, ...others] = different.filter(({ node }) => elementCount(node.shape) === largest);
  if (back && (others.length === 0 || different.length > 2)) {
    flow.notes.push(`of its ${outputs.length} outputs "${back.name}" gives images and was taken`);
    return back.node;
  }
  const [first, second, third] = different;
  if (first && !second) return first.node;
  if (first && second && !third && sameShape(first.node.shape, second.node.shape)) {
    const heads = headsOf([first, second], options);
    if (heads === null) throw severalOutputs(shown(different), options.file);
    const [mu, scale, why] = heads;
    flow.notes.push(
      `of its outputs "${mu.name}" is taken for the mean, which is the code, and "${scale.name}" for the scale, ${why}; --code-output names another`,
    );
    return joinHeads(
      mu.node,
      scale.node,
      { name: 'z', className: mu.node.className, scope: [] },
      { node: (made) => flow.node(made) },
      scale.name,
    );
  }
  const named = different.filter(({ name }) => isCodeName(name) || isMeanName(name));
  if (named.length === 1) {
    flow.notes.push(`of its ${outputs.length} outputs "${named[0].name}" was taken`);
    return named[0].node;
  }
  throw severalOutputs(shown(different), options.file);
};
