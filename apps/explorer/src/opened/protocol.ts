/**
 * What the page and the worker that opens a file say to each other.
 */
import type { AutoencoderSpec, ErrorRecord, Labels, Weights } from 'latent-plane';
import type { ExplorerAbout, ExplorerModel } from 'latent-plane/internal';
import type { OpenSource } from './given.ts';

export interface OpenRequest {
  readonly name: string;
  readonly source: OpenSource;
  /** The data set's images and labels; null where the page has none. */
  readonly images: { readonly url: string; readonly from: number; readonly labelsUrl: string } | null;
  readonly dataset: Pick<ExplorerModel['dataset'], 'name' | 'classNames' | 'identity'> & { readonly count: number };
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
  readonly labels: Labels;
  /** Number of the first image among all of the data set. */
  readonly first: number;
  /** Whether these are all images of the data set, by codes that the run's folder has. */
  readonly isWhole: boolean;
  /** Over the images that the page has: per pixel, 0..1. */
  readonly mse: number;
  readonly notes: readonly string[];
  /** How it was trained, where the folder of its run came along. */
  readonly about: ExplorerAbout | null;
}

export type OpenAnswer =
  | { readonly type: 'progress'; readonly stage: Stage; readonly done: number; readonly total: number | null }
  | { readonly type: 'opened'; readonly model: OpenedModel }
  | { readonly type: 'refused'; readonly fault: ErrorRecord };
