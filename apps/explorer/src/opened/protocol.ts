/**
 * What the page and the worker that opens a file say to each other.
 */
import type {
  AutoencoderSpec,
  CodePlane,
  Codes,
  ErrorRecord,
  Labels,
  OtherRange,
  PlaneBounds,
  Weights,
} from 'latent-plane';
import type { ExplorerAbout, ExplorerModel } from 'latent-plane/internal';
import type { Images } from '../data/decode-images.ts';
import type { OpenSource } from './given.ts';
import type { Told } from './told.ts';

export interface OpenRequest {
  readonly name: string;
  readonly source: OpenSource;
  /** What a person said of the file. */
  readonly told: Told;
  /** The data set's images and labels; null where the page has none. */
  readonly images: { readonly url: string; readonly from: number; readonly labelsUrl: string } | null;
  readonly dataset: Pick<ExplorerModel['dataset'], 'name' | 'classNames' | 'train' | 'identity'> & {
    readonly count: number;
  };
}

export type Stage = 'reading' | 'images' | 'encoding';

/** A model out of a file, placed on its plane. */
export interface OpenedModel {
  readonly spec: AutoencoderSpec;
  /** Where there is an encoder or a decoder alone. */
  readonly half?: ExplorerModel['half'];
  /** Of encoder and decoder: the page decodes where the cursor is, and encodes what is drawn. */
  readonly weights: Weights;
  readonly parameters: number;
  readonly codes: Codes;
  /** Where they are shown first. */
  readonly plane: CodePlane;
  /** `[count]`, class index. */
  readonly labels: Labels;
  /** Number of the first image among all of the data set. */
  readonly first: number;
  /** Whether these are all images of the data set, by codes that the run's folder has. */
  readonly isWhole: boolean;
  /** Over the images on its plane: per pixel, 0..1; none without any. */
  readonly mse: ExplorerModel['metrics']['mse'];
  /** Where it was trained on other images than the page's: these; null where they did not come along. */
  readonly own?: {
    readonly dataset: ExplorerModel['dataset'];
    readonly images: Images | null;
    /** Of the plane: without images, what the encoder's last activation lets through. */
    readonly bounds: PlaneBounds | null;
  };
  /** The range of pixels that would fit a file of another program far better; null where none would. */
  readonly otherRange: OtherRange | null;
  /** Whether it is a file of another program, of which something may be said. */
  readonly isForeign: boolean;
  readonly notes: readonly string[];
  /** How it was trained, where the folder of its run came along. */
  readonly about: ExplorerAbout | null;
}

export type OpenAnswer =
  | { readonly type: 'progress'; readonly stage: Stage; readonly done: number; readonly total: number | null }
  | { readonly type: 'opened'; readonly model: OpenedModel }
  | { readonly type: 'refused'; readonly fault: ErrorRecord };
