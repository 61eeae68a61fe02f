/**
 * `latent-plane/charts`: pictures; apart from the root, since Observable Plot comes with them.
 *
 * @packageDocumentation
 */

// Charts: each a specification of Observable Plot, and what it is made of.
// From a specification to what is drawn.
// Colours of classes.
export {
  type ColourPicture,
  type ComparedNetwork,
  classColour,
  classMapPicture,
  classMapPixels,
  colourBytes,
  comparison,
  contrast,
  type DrawnClassMap,
  type EvolutionPictureOptions,
  evolutionPicture,
  type Figure,
  FONT_FAMILY,
  GRID,
  GROUND,
  INK,
  luminance,
  MUTED,
  PALETTE_NAMES,
  PALETTE_TITLES,
  type PaletteName,
  type PictureSheetOptions,
  type PlanePictureOptions,
  pictureSheet,
  plotOptions,
  type RocCurveOptions,
  renderSvg,
  rocCurvePicture,
  type ScatterPoints,
  SERIES,
  type Series,
  type SheetTile,
  type SummaryCell,
  scatterPicture,
  sweepSummary,
  type TrainingCurvesOptions,
  textOn,
  trainingCurves,
} from './charts/index.ts';
