/**
 * Layers while they are put together: a specification, the values of its weights, and which layers it takes from.
 *
 * `affine` is not yet a layer: values times a number, plus a number, for each channel. It goes into the layer before it
 * where that is a product, and becomes a layer of its own where it is not (`simplify.ts`).
 */
import { definitionOf, type LayerSpec } from '../../layers/index.ts';
import type { Shape } from '../../tensor/index.ts';
import { notLayers } from './model.ts';

/** A layer of a specification. */
export interface LayerDraft {
  readonly kind: 'layer';
  readonly id: string;
  spec: LayerSpec;
  /** Ids; `input` for what enters, `label` for a label beside it. */
  inputs: string[];
  /** By role. */
  weights: Map<string, Float32Array>;
  shape: Shape;
}

/** `scale x + offset`, by channel. */
export interface AffineDraft {
  readonly kind: 'affine';
  readonly id: string;
  inputs: string[];
  readonly scale: Float32Array;
  readonly offset: Float32Array;
  shape: Shape;
}

export type Draft = LayerDraft | AffineDraft;

/** More than two parts may have, since many become part of others. */
const MAX_DRAFTS = 800;

/** The layers that were found so far. */
export class Drafts {
  readonly list: Draft[] = [];
  private readonly byId = new Map<string, Draft>();
  private readonly entering: ReadonlyMap<string, Shape>;

  /** @param entering - what no layer gives: the image or code, and a label beside it. */
  constructor(entering: readonly { readonly of: string; readonly shape: Shape }[]) {
    this.entering = new Map(entering.map(({ of, shape }) => [of, shape]));
  }

  shapeOf(id: string): Shape {
    return this.entering.get(id) ?? this.byId.get(id)?.shape ?? [];
  }

  find(id: string): Draft | undefined {
    return this.byId.get(id);
  }

  /** @returns the id. */
  add(spec: LayerSpec, inputs: readonly string[], weights: Readonly<Record<string, Float32Array>> = {}): string {
    const definition = definitionOf(spec);
    const shapes = inputs.map((input) => this.shapeOf(input));
    const place = { networkId: '', part: 'encoder', layer: spec.type } as const;
    let shape: Shape;
    try {
      definition.validate(spec, place);
      shape = definition.outputShape(spec, shapes[0], place, shapes);
    } catch (error) {
      throw notLayers(error instanceof Error ? error.message : spec.type);
    }
    for (const { role, shape: wanted } of definition.weights(spec, shapes[0])) {
      const count = wanted.reduce((size, dim) => size * dim, 1);
      if (weights[role]?.length !== count)
        throw notLayers(`${spec.type}: ${role} of ${weights[role]?.length ?? 0} values`);
    }
    return this.keep({
      kind: 'layer',
      id: this.nextId(),
      spec,
      inputs: [...inputs],
      weights: new Map(Object.entries(weights)),
      shape,
    });
  }

  /** Scale and offset of each channel of the last axis. */
  affine(input: string, scale: Float32Array, offset: Float32Array): string {
    return this.keep({ kind: 'affine', id: this.nextId(), inputs: [input], scale, offset, shape: this.shapeOf(input) });
  }

  private nextId(): string {
    return `layer_${this.list.length}`;
  }

  private keep(draft: Draft): string {
    if (this.list.length >= MAX_DRAFTS) throw notLayers(`more than ${MAX_DRAFTS} layers`);
    this.list.push(draft);
    this.byId.set(draft.id, draft);
    return draft.id;
  }
}
