/**
 * One epoch as a picture: the plane with its points, the picture at the cursor, the epoch's number.
 *
 * In: a stage, a cursor, colours. Out: pixels of a canvas, `SCENE` in size.
 */
import { paintCursor, paintPlane, pictureCanvas, SCENE } from '../export/scene.ts';
import { type Code, wholeWindow } from '../plane/view.ts';
import type { Settings } from '../state/settings.ts';
import type { Stage } from './stages.ts';

export const FRAME = SCENE;

export const paintFrame = (
  context: CanvasRenderingContext2D,
  { epoch, model, points }: Stage,
  { cursor, palette, scheme }: { cursor: Code; palette: Settings['palette']; scheme: 'light' | 'dark' },
): void => {
  const window = wholeWindow(model.bounds);
  const { width, height, decode } = model.decoder;
  const picture = pictureCanvas(decode(Float32Array.of(cursor.x, cursor.y)), width, height);
  paintPlane(context, points, { window, palette, scheme });
  paintCursor(context, cursor, picture, { window, scheme, words: [`Epoch ${epoch}`, model.spec.id] });
};
