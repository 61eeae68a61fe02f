/** What guesses without a network cost: their errors, their names, and their form in files. */
import * as v from 'valibot';

/** Mean squared error per pixel of the three guesses, pixels 0..1. */
export interface Baselines {
  /** Every pixel of every image the same: the mean pixel of the training images. */
  readonly constantGrey: number;
  /** Every image the same: the mean training image. */
  readonly meanImage: number;
  /** The mean image and the directions in which the training images vary most: the best linear code of as many numbers. */
  readonly pca: { readonly components: number; readonly mse: number };
}

/** Baselines as the flat object that JSON calls `floors`, where it stays beside `baselines`. */
export interface FlatBaselines {
  /** As in `Baselines`. */
  readonly constantGrey: number;
  /** As in `Baselines`. */
  readonly meanImage: number;
  /** As `pca` of `Baselines`, where it has two components; absent otherwise. */
  readonly pca2?: number;
}

/** Baselines as the flat object that JSON calls `floors`. */
export const flatBaselines = ({ constantGrey, meanImage, pca }: Baselines): FlatBaselines => ({
  constantGrey,
  meanImage,
  ...(pca.components === 2 ? { pca2: pca.mse } : {}),
});

const finite = v.pipe(v.number(), v.finite());
/** Baselines as files hold them, the older names accepted. */
export const baselinesSchema: v.GenericSchema<unknown, Baselines> = v.union([
  v.object({
    constantGrey: finite,
    meanImage: finite,
    pca: v.object({ components: v.pipe(v.number(), v.integer()), mse: finite }),
  }),
  v.pipe(
    v.object({ constantGrey: finite, meanImage: finite, pca2: finite }),
    v.transform(({ constantGrey, meanImage, pca2 }) => ({
      constantGrey,
      meanImage,
      pca: { components: 2, mse: pca2 },
    })),
  ),
]);

/** A baseline with the words that tables and pictures have for it. */
export interface NamedBaseline {
  readonly name: string;
  readonly mse: number;
}

const COUNTS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'] as const;

/** The lowest first, as it is where principal components are fitted on the images. */
export const namedBaselines = ({
  constantGrey,
  meanImage,
  pca: { components, mse },
}: Baselines): readonly NamedBaseline[] => [
  { name: `${COUNTS[components] ?? components} principal component${components === 1 ? '' : 's'}`, mse },
  { name: 'mean image', mse: meanImage },
  { name: 'constant grey', mse: constantGrey },
];
