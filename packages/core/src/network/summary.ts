/**
 * A network at a glance, layer by layer.
 *
 * In: a `NetworkSpec`. Out: the figures as data, and the same as text.
 * Scores are not here: they belong to trained models.
 */

import type { Activation } from '../activations/index.ts';
import { definitionOf, type LayerType, type PartName } from '../layers/index.ts';
import { type LossSpec, lossWords } from '../losses/index.ts';
import type { Shape } from '../tensor/index.ts';
import { elementCount, formatShape } from '../tensor/shape.ts';
import { type ResolvedPart, resolveNetwork } from './network.ts';
import type { NetworkSpec } from './types.ts';

/** What a summary tells of a layer. */
export interface SummaryRow {
  /** Within its part: `dense_1`. */
  readonly name: string;
  readonly type: LayerType;
  readonly outputShape: Shape;
  /** Values the layer puts out for one image. */
  readonly neurons: number;
  readonly parameters: number;
  /** Of the mean's head in Gaussian sampling; null for a layer without one. */
  readonly activation: Activation | null;
  /** Kernel, window, rate: what the shape does not tell; empty where there is nothing to add. */
  readonly detail: string;
}

/** What a summary tells of an encoder, a decoder or a classifier. */
export interface SummaryPart {
  readonly name: PartName;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly rows: readonly SummaryRow[];
  readonly parameters: number;
  /** Not trained: its weights come from another network. */
  readonly frozen: boolean;
}

/** What a summary tells of a network. */
export interface NetworkSummary {
  readonly id: string;
  readonly title: string;
  readonly kind: NetworkSpec['kind'];
  readonly inputShape: Shape;
  readonly loss: LossSpec;
  readonly parts: readonly SummaryPart[];
  /** Of all parts. */
  readonly parameters: number;
}

const summarizePart = (part: ResolvedPart): SummaryPart => ({
  name: part.name,
  inputShape: part.inputShape,
  outputShape: part.outputShape,
  rows: part.layers.map(({ name, spec, outputShape, parameterCount }) => {
    const definition = definitionOf(spec);
    return {
      name,
      type: spec.type,
      outputShape,
      neurons: elementCount(outputShape),
      parameters: parameterCount,
      activation: definition.activation(spec),
      detail: definition.detail(spec),
    };
  }),
  parameters: part.parameterCount,
  frozen: part.frozen,
});

/**
 * The figures of a network, by part and layer.
 *
 * @param only - the parts to tell of; all when absent.
 * @throws LatentError what `resolveNetwork` throws.
 */
export const summarize = (spec: NetworkSpec, only?: readonly PartName[]): NetworkSummary => {
  const resolved = resolveNetwork(spec);
  const parts = resolved.parts.filter(({ name }) => only === undefined || only.includes(name));
  return {
    id: spec.id,
    title: spec.title,
    kind: spec.kind,
    inputShape: spec.inputShape,
    loss: spec.loss,
    parts: parts.map(summarizePart),
    parameters: parts.reduce((sum, { parameterCount }) => sum + parameterCount, 0),
  };
};

/** `104,890`, whatever the machine's locale. */
const formatCount = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

interface Column {
  readonly heading: string;
  readonly align: 'left' | 'right';
  /** Left out where no row has anything in it. */
  readonly optional?: boolean;
  cell(row: SummaryRow): string;
}

const columns: readonly Column[] = [
  { heading: 'layer', align: 'left', cell: (row) => row.name },
  { heading: 'output', align: 'left', cell: (row) => formatShape(row.outputShape) },
  { heading: 'neurons', align: 'right', cell: (row) => formatCount(row.neurons) },
  { heading: 'parameters', align: 'right', cell: (row) => (row.parameters === 0 ? '-' : formatCount(row.parameters)) },
  { heading: 'activation', align: 'left', cell: (row) => row.activation ?? '-' },
  { heading: 'detail', align: 'left', optional: true, cell: (row) => row.detail },
];

const GAP = '  ';

/** A summary as text, a table for each part with common columns; within 80 columns for every network of the zoo. */
export const formatSummary = (summary: NetworkSummary): string => {
  const rows = summary.parts.flatMap((part) => part.rows);
  const shown = columns.filter(({ optional, cell }) => !optional || rows.some((row) => cell(row) !== ''));
  const widths = shown.map(({ heading, cell }) => Math.max(heading.length, ...rows.map((row) => cell(row).length)));
  const formatLine = (text: (column: Column) => string): string =>
    shown
      .map((column, index) =>
        column.align === 'right' ? text(column).padStart(widths[index]) : text(column).padEnd(widths[index]),
      )
      .join(GAP)
      .trimEnd();
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width, GAP.length * (shown.length - 1)));
  const tables = summary.parts.flatMap((part) => [
    '',
    `${part.name}: ${formatShape(part.inputShape)} to ${formatShape(part.outputShape)}${part.frozen ? ', frozen' : ''}`,
    formatLine(({ heading }) => heading),
    rule,
    ...part.rows.map((row) => formatLine(({ cell }) => cell(row))),
    rule,
  ]);
  const counts = summary.parts.map((part) => `${part.name} ${formatCount(part.parameters)}`).join(' + ');
  const total = summary.parts.length > 1 ? `${counts} = ${formatCount(summary.parameters)}` : counts;
  return [
    `${summary.id}: ${summary.title}`,
    ...tables,
    '',
    `parameters  ${total}`,
    `loss        ${lossWords(summary.loss)}`,
    '',
  ].join('\n');
};
