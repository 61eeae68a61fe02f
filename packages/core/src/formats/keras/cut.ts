/**
 * Where an autoencoder that is one graph is cut into encoder and decoder: at a layer that everything passes.
 */

import { inputError } from '../../errors.ts';
import { definitionOf } from '../../layers/index.ts';
import { suggestion } from '../../registry/index.ts';
import { elementCount, formatShape } from '../../tensor/index.ts';
import { isCodeName } from '../output-names.ts';
import { type FlowNode, leadingTo } from './flow-node.ts';

export interface Cut {
  /** The last layer of the encoder. */
  readonly at: FlowNode;
  /** What a person should know of it; null where the file itself says where it is. */
  readonly note: string | null;
}

export interface CutOptions {
  readonly file: string;
  /** Name of the layer that gives the code; the reader's own choice where absent. */
  readonly codeLayer?: string;
}

/** Layers that all data pass on the way from the image to the end, both ends aside. */
export const passages = (end: FlowNode, image: FlowNode): FlowNode[] => {
  const nodes = leadingTo([end]);
  const below = new Set<FlowNode>([image]);
  for (const node of nodes) if (node.inputs.some((input) => below.has(input))) below.add(node);
  return nodes.filter((node) => {
    if (node === end || node === image || !below.has(node)) return false;
    return !leadingTo([end], new Set([node])).includes(image);
  });
};

const sizeOf = ({ shape }: FlowNode): number => elementCount(shape);

const narrowest = (nodes: readonly FlowNode[]): FlowNode | undefined => {
  const least = Math.min(...nodes.map(sizeOf));
  return nodes.find((node) => sizeOf(node) === least);
};

/** Scopes without those that all have in common. */
const bareScopes = (nodes: readonly FlowNode[]): readonly (string | undefined)[] => {
  const depth = nodes[0]?.scope.length ?? 0;
  const shared = Array.from({ length: depth }, (_, i) => i).findIndex((i) =>
    nodes.some(({ scope }) => scope[i] !== nodes[0].scope[i]),
  );
  const from = shared < 0 ? depth : shared;
  return nodes.map(({ scope }) => scope[from]);
};

const ENCODER = /encod/i;
const DECODER = /decod|generator/i;

/** Between models within the model: before a decoder, after an encoder, or between the first two. */
const betweenModels = (nodes: readonly FlowNode[], end: FlowNode): FlowNode | null => {
  const all = [...nodes, end];
  const scopes = bareScopes(all);
  const models = [...new Set(scopes.flatMap((scope) => scope ?? []))];
  const before = (model: string): FlowNode | null => all[scopes.indexOf(model) - 1] ?? null;
  const decoder = models.find((model) => DECODER.test(model) && !ENCODER.test(model));
  if (decoder !== undefined) return before(decoder);
  const encoder = models.findLast((model) => ENCODER.test(model));
  if (encoder !== undefined) {
    const last = all[scopes.lastIndexOf(encoder)];
    return last === end ? null : last;
  }
  return models.length === 2 ? before(models[1]) : null;
};

const byNames = (nodes: readonly FlowNode[]): FlowNode | undefined =>
  narrowest(nodes.filter(({ name }) => isCodeName(name) && !/decod|input/i.test(name)));

/** Rows and columns of a layer's output; null of a vector. */
const placesOf = ({ shape }: FlowNode): number | null => (shape.length === 3 ? shape[0] * shape[1] : null);

/** The last layer that makes images smaller before the first that makes them larger. */
const beforeGrowth = (nodes: readonly FlowNode[], end: FlowNode): FlowNode | undefined => {
  const all = [...nodes, end];
  const change = (i: number): number => {
    const [before, after] = [placesOf(all[i].inputs[0] ?? all[i]), placesOf(all[i])];
    return before === null || after === null ? 0 : after - before;
  };
  const growth = all.findIndex(
    (node, i) => change(i) > 0 || (node.spec !== null && definitionOf(node.spec).baseName.endsWith('_transpose')),
  );
  const upTo = growth < 0 ? all.length : growth;
  const last = Array.from({ length: upTo }, (_, i) => i).findLast((i) => change(i) < 0);
  return last === undefined ? undefined : nodes[last];
};

/** What is common to the notes of a choice. */
const note = (at: FlowNode, why: string): string =>
  `the code is what layer "${at.name}" gives (${formatShape(at.shape)} numbers), ${why}; --code-layer names another`;

/**
 * Where a whole autoencoder is cut.
 *
 * @throws LatentError (input) `unsupported-model` where a connection passes by every layer; `no-such-layer` for a name of
 *   none.
 */
export const chooseCut = (end: FlowNode, image: FlowNode, { file, codeLayer }: CutOptions): Cut => {
  const nodes = passages(end, image).filter(({ spec }) => spec !== null);
  if (nodes.length === 0) {
    const joins = leadingTo([end]).findLast(({ inputs }) => inputs.length > 1);
    throw inputError('unsupported-model', {
      at: { file },
      problem: joins
        ? `layer "${joins.name}" joins what passes by every other layer, so that no layer alone gives a code`
        : 'it has no layer between two others that could give a code',
      expected: 'an autoencoder, all of whose data pass one layer',
    });
  }
  if (codeLayer !== undefined) {
    const found = nodes.findLast(({ name }) => name === codeLayer);
    if (found) return { at: found, note: null };
    const names = nodes.map(({ name }) => name);
    throw inputError('no-such-layer', {
      at: { file },
      expected: `a layer that all data pass: ${names.slice(0, 40).join(', ')}`,
      got: `"${codeLayer}"${suggestion(codeLayer, names)}`,
      hint: 'name one of them: --code-layer NAME',
      choices: names,
    });
  }
  const sampling = nodes.find(({ kind }) => kind === 'sampling');
  if (sampling) return { at: sampling, note: null };
  const between = betweenModels(nodes, end);
  if (between && nodes.includes(between)) return { at: between, note: null };
  const named = byNames(nodes);
  if (named) return { at: named, note: note(named, 'by its name') };
  const narrow = narrowest(nodes);
  if (narrow && sizeOf(narrow) < sizeOf(image)) {
    const isOnly = nodes.filter((node) => sizeOf(node) === sizeOf(narrow)).length === 1;
    return { at: narrow, note: isOnly ? null : note(narrow, 'the first of the narrowest places') };
  }
  const small = beforeGrowth(nodes, end);
  if (small) return { at: small, note: note(small, 'the last before images grow again') };
  const dense = narrowest(nodes.filter(({ shape }) => shape.length === 1)) ?? narrow ?? nodes[0];
  const passedBy = leadingTo([end]).some(
    (node) => node.spec !== null && sizeOf(node) < sizeOf(dense) && !nodes.includes(node),
  );
  const why = passedBy ? 'the narrowest that no connection passes by' : 'the narrowest place';
  return { at: dense, note: note(dense, why) };
};
