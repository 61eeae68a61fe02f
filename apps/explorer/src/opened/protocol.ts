/**
 * What the page and the worker that opens a file say to each other.
 */
import type { AutoencoderSpec, Weights } from 'latent-plane';

export interface OpenRequest {
  readonly name: string;
  readonly model: File;
  /** Files beside it, by the path that the model may state. */
  readonly beside: ReadonlyMap<string, File>;
  /** The data set's images and labels; null where the page has none. */
  readonly images: { readonly url: string; readonly from: number; readonly labelsUrl: string } | null;
  readonly classNames: readonly string[];
}

export type Stage = 'reading' | 'images' | 'encoding';

/** A model out of a file, placed on its plane. */
export interface OpenedModel {
  readonly spec: AutoencoderSpec;
  /** Of encoder and decoder: the page decodes where the cursor is, and encodes what is drawn. */
  readonly weights: Weights;
  readonly parameters: number;
  /** `[count, 2]`, code units. */
  readonly codes: Float32Array;
  /** `[count]`, class index. */
  readonly labels: Uint8Array;
  /** Over these images: per pixel, 0..1. */
  readonly mse: number;
  readonly notes: readonly string[];
}

export type OpenAnswer =
  | { readonly type: 'progress'; readonly stage: Stage; readonly done: number; readonly total: number | null }
  | { readonly type: 'opened'; readonly model: OpenedModel }
  | { readonly type: 'refused'; readonly message: string };
