/**
 * What the page shows of a model on its plane: codes with their errors, the class map. What a run of the zoo ships of
 * its own images is taken from its folder, the rest is computed.
 */
import { join } from 'node:path';
import {
  type CodePlane,
  type Codes,
  classMap,
  codeExtent,
  type DataIdentity,
  type Dataset,
  decodeNpy,
  type ErrorByPart,
  meanByPart,
  type RunnableModel,
  reconstruct,
  sameData,
} from 'latent-plane';
import { codeSizeOf, encodeClassMap, PLANE_DIMENSIONS, shownPoints } from 'latent-plane/internal';
import { withCounting } from '../counting.ts';
import { diskFiles } from '../files/file-system.ts';
import type { Model } from '../models/index.ts';
import { storedScores } from '../models/model-scores.ts';
import { identityOf } from '../runs/data.ts';
import { CODES_FILE, FIELD_FILE } from '../runs/shipped.ts';

/** Where a model puts the images, and how well it draws them from there. */
export interface PlacedCodes {
  /** `[train + test, code size]`. */
  readonly codes: Codes;
  readonly mse: ErrorByPart;
  /** `[train + test]`, of each image, where a pass over the images gave them. */
  readonly errors?: Float32Array;
}

/** One pass gives the codes and the error that stands beside them. */
const computedCodes = async (model: Model, running: RunnableModel, dataset: Dataset): Promise<PlacedCodes> => {
  const { codes, errors } = await withCounting(`encoding with ${model.id}`, 'images', (onProgress) =>
    reconstruct(running, dataset, { onProgress }),
  );
  return { codes, mse: meanByPart(errors, dataset), errors: Float32Array.from(errors) };
};

/** The codes that a run of the zoo ships beside its figures; null of other runs and other images. */
const shippedCodes = async (model: Model, size: number, dataset: Dataset): Promise<PlacedCodes | null> => {
  const mse = storedScores(model, identityOf(dataset))?.evaluation.mse;
  if (mse === undefined) return null;
  const file = join(model.path, CODES_FILE);
  const bytes = await diskFiles.read(file);
  if (!bytes) return null;
  const { dims, data } = decodeNpy(bytes, file);
  const count = dataset.train.count + dataset.test.count;
  return data instanceof Float32Array && dims.join() === `${count},${size}`
    ? { codes: { values: data, count, size }, mse }
    : null;
};

/** The codes that are shipped of these images, or those of a pass over them. */
export const placedCodes = async (model: Model, running: RunnableModel, dataset: Dataset): Promise<PlacedCodes> =>
  (await shippedCodes(model, codeSizeOf(running), dataset)) ?? (await computedCodes(model, running, dataset));

/** What a run of the zoo ships of the images that it was trained on; undefined of other images. */
export const shippedFile = async (
  { path, config }: Model,
  name: string,
  data: DataIdentity,
): Promise<Uint8Array | undefined> =>
  sameData(config?.dataset, data) ? ((await diskFiles.read(join(path, name))) ?? undefined) : undefined;

/** Points along each side of a field that is computed before the page opens: a second or two. */
const FIELD_SIZE = 200;

/** The class map on a plane that a run of the zoo ships, or the same computed here; undefined without a classifier of the data. */
export const fieldOf = async (
  { model, running }: { readonly model: Model; readonly running: RunnableModel },
  classifier: RunnableModel | null,
  codes: Codes,
  plane: CodePlane,
  data: DataIdentity,
): Promise<Uint8Array | undefined> => {
  const kept = await shippedFile(model, FIELD_FILE, data);
  if (kept) return kept;
  if (!classifier) return undefined;
  const points = shownPoints(plane, codes);
  const { min, max } = codeExtent({ values: points, count: codes.count, size: PLANE_DIMENSIONS });
  const total = FIELD_SIZE ** 2;
  return withCounting(`predicting classes on the plane of ${model.id}`, 'points', async (onProgress) =>
    encodeClassMap(
      await classMap(running, classifier, { min, max }, FIELD_SIZE, {
        plane,
        onProgress: (evaluated) => onProgress(evaluated, total),
      }),
    ),
  );
};
