/** Charts: Observable Plot specifications, which the command line and the page draw. */

export { classLinePicture, type StackedCodes, stackedCodes } from './code-line.ts';
export { codeSizes, type SizedBaseline, type SizedNetwork } from './code-sizes.ts';
export { type ComparedNetwork, comparison, SERIES, type Series } from './comparison.ts';
export { type CodeDensity, codeDensity, type DensityOptions, densityPicture, densityPixels } from './density.ts';
export { type Figure, FONT_FAMILY, GRID, GROUND, INK, MUTED, plotOptions, renderSvg } from './figure.ts';
export { type ImageGridOptions, imageGridPicture } from './image-grid.ts';
export * from './palette.ts';
export { type PictureSheetOptions, pictureSheet, type SheetTile } from './picture-sheet.ts';
export {
  type ColourPicture,
  classMapPicture,
  classMapPixels,
  type DrawnClassMap,
  type EvolutionPictureOptions,
  evolutionPicture,
  type PlanePictureOptions,
  type ScatterPoints,
  scatterPicture,
} from './plane-pictures.ts';
export { type RocCurveOptions, rocCurvePicture } from './roc-curve.ts';
export { type SummaryCell, sweepSummary } from './sweep-summary.ts';
export { type TrainingCurvesOptions, trainingCurves } from './training-curves.ts';
