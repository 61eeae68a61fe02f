/**
 * What the views take: a network that decodes, and its images on their plane.
 *
 * In: nothing. Out: types. `load.ts` and `opened/open.ts` make them.
 */
import type { Codes, Labels, Weights } from 'latent-plane';
import type { ExplorerAbout, ExplorerModel } from 'latent-plane/internal';
import type { Images } from './decode-images.ts';
import type { Decoder } from './decoder.ts';

/** A network whose cursor decodes; of an encoder alone it finds the nearest image. */
export interface LoadedModel extends ExplorerModel {
  readonly url: URL;
  readonly weights: Weights;
  /** Of an encoder alone the images themselves (`nearestImages`). */
  readonly decoder: Decoder;
  /** The class that is drawn, of a network that takes the label of an image; the first when absent. */
  readonly label?: number;
  /** How it was trained, where that came with the model's own files. */
  readonly about?: ExplorerAbout;
  /** Of a network that learned from other images than the page's: these images; null where they are not at hand. */
  readonly images?: Images | null;
}

/** Whether it draws images from codes. */
export const decodes = ({ half }: Pick<LoadedModel, 'half'>): boolean => half !== 'encoder';

/** The real images on the plane. */
export interface Points {
  /** `[count, 2]`, where they lie on the plane, code units; training images first. */
  readonly codes: Float32Array;
  /** Their codes, where these are not the points themselves. */
  readonly whole?: Codes;
  /** `[count]`, class index. */
  readonly labels: Labels;
  /** Number of the first point's image among all of the data set; 0 when absent. */
  readonly first?: number;
}
