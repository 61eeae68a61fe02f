/**
 * A person's own files as images: read once, kept for the trainings that follow, read again where they are asked for otherwise.
 *
 * In: a choice of files, and the shape that pictures are brought to. Out: a data set and what a person sees of it.
 */
import {
  type PictureDefaults,
  parseReadOptions,
  type ReadProgress,
  readImages,
  workError,
} from 'latent-plane/internal';
import { pageSource } from '../page-file.ts';
import type { ImagesSummary, OwnChoice } from '../protocol.ts';
import { pageCodecs } from './codecs.ts';
import { summaryOf } from './contact-sheet.ts';
import { ownData, type TrainingData } from './dataset.ts';

export interface OwnImages {
  readonly data: TrainingData;
  readonly summary: ImagesSummary;
}

export interface OwnImagesReader {
  /**
   * One that comes later ends one under way.
   *
   * @throws LatentError (input) as `readImages`, `parseReadOptions`; (work) `superseded`, `load-failed`.
   */
  read(choice: OwnChoice, shape: PictureDefaults | null, onProgress: ReadProgress): Promise<OwnImages>;
}

const PICTURES = 'pictures';

const readNow = async (
  { files, options }: OwnChoice,
  shape: PictureDefaults | null,
  onProgress: ReadProgress,
): Promise<OwnImages> => {
  const source = pageSource(files);
  const read = await readImages(source, parseReadOptions(options), {
    codecs: pageCodecs,
    onProgress,
    ...(shape === null ? {} : { pictureDefaults: shape }),
  });
  return {
    data: await ownData({ ...read, name: source.name }, read, read.notes),
    summary: summaryOf(source.name, read),
  };
};

export const createOwnImages = (): OwnImagesReader => {
  let kept: { readonly key: string; readonly shape: string; readonly images: Promise<OwnImages> } | null = null;
  return {
    read: async (choice, shape, onProgress) => {
      const [key, wanted] = [`${choice.id} ${choice.options}`, JSON.stringify(shape)];
      if (kept?.key === key) {
        const images = await kept.images.catch(() => null);
        // The shape is that of pictures alone.
        if (images && (kept.shape === wanted || images.summary.container !== PICTURES)) return images;
      }
      const own = {
        key,
        shape: wanted,
        images: readNow(choice, shape, (done, total, unit) => {
          if (kept !== own) throw workError('superseded', { problem: 'other images were asked for meanwhile' });
          onProgress(done, total, unit);
        }),
      };
      const before = kept;
      kept = own;
      own.images.catch(() => {
        // What was read before is still at hand for a training.
        if (kept === own) kept = before;
      });
      return own.images;
    },
  };
};
