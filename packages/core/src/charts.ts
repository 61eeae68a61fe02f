/**
 * `latent-plane/charts`: pictures; apart from the root, since Observable Plot comes with them.
 *
 * @packageDocumentation
 */

// Charts: each a specification of Observable Plot, and what it is made of.
// From a specification to what is drawn.
// Colours of classes.
export {
  type CodeDensity,
  type ColourPicture,
  type ComparedNetwork,
  classColour,
  classLinePicture,
  classMapPicture,
  classMapPixels,
  codeDensity,
  codeSizes,
  colourBytes,
  comparison,
  contrast,
  type DensityOptions,
  type DrawnClassMap,
  densityPicture,
  densityPixels,
  type EvolutionPictureOptions,
  evolutionPicture,
  type Figure,
  FONT_FAMILY,
  GRID,
  GROUND,
  type ImageGridOptions,
  INK,
  imageGridPicture,
  luminance,
  MUTED,
  PALETTE_NAMES,
  PALETTE_TITLES,
  type PaletteName,
  type PlanePictureOptions,
  plotOptions,
  renderSvg,
  type ScatterPoints,
  SERIES,
  type Series,
  type SizedBaseline,
  type SizedNetwork,
  type StackedCodes,
  type SummaryCell,
  scatterPicture,
  stackedCodes,
  sweepSummary,
  type TrainingCurvesOptions,
  textOn,
  trainingCurves,
} from './charts/index.ts';
