/**
 * A path as a file: a strip of its pictures, or a moving picture of the cursor that follows it.
 *
 * In: a network, its points, anchors. Out: PNG, GIF or WebM. Loaded where something is exported.
 */
import { imageSize } from 'latent-plane/internal';
import type { LoadedModel, Points } from '../data/load.ts';
import { paintCursor, paintLine, paintPlane, pictureCanvas, SCENE } from '../export/scene.ts';
import { wholeWindow } from '../plane/view.ts';
import type { Settings } from '../state/settings.ts';
import type { Way } from './way.ts';

export interface PathScene {
  readonly model: LoadedModel;
  readonly points: Points | null;
  readonly way: Way;
  readonly palette: Settings['palette'];
  readonly scheme: 'light' | 'dark';
  /** Told how much is done, 0..1. */
  readonly onProgress: (share: number) => void;
}

const DURATION_MS = 5000;
/** A GIF's time is counted in hundredths of a second, and each frame has a palette of its own. */
const GIF_FRAME_MS = 80;
const WEBM_FRAMES_PER_SECOND = 25;
/** Pixels of the strip for each of the network's. */
const STRIP_SCALE = 4;

/** Paints any frame; what does not change between them is painted once. */
const scenePainter = ({ model, points, way, palette, scheme }: PathScene, frames: number) => {
  const window = wholeWindow(model.bounds);
  const still = document.createElement('canvas');
  [still.width, still.height] = [SCENE.width, SCENE.height];
  const context = still.getContext('2d');
  if (context) {
    const none = { codes: new Float32Array(0), labels: new Uint8Array(0) };
    paintPlane(context, points ?? none, { window, palette, scheme });
    paintLine(context, way.line, { window, scheme });
  }
  const { width, height, decodeCodes } = model.decoder;
  return (to: CanvasRenderingContext2D, frame: number): void => {
    const along = frame / (frames - 1);
    const here = way.at(along);
    if (!here) return;
    to.drawImage(still, 0, 0);
    const picture = pictureCanvas(decodeCodes(here.code), width, height);
    const words = [`${Math.round(100 * along)} % of the way`, model.spec.id] as const;
    paintCursor(to, here.point, picture, { window, scheme, words });
  };
};

export const pathGif = async (scene: PathScene): Promise<Blob> => {
  const { gifOf } = await import('../export/gif.ts');
  const frames = Math.round(DURATION_MS / GIF_FRAME_MS) + 1;
  const paint = scenePainter(scene, frames);
  return gifOf({
    ...SCENE,
    frames,
    delayMs: GIF_FRAME_MS,
    holdMs: 1500,
    isStill: true,
    paint,
    onProgress: scene.onProgress,
  });
};

/** @throws LatentError (work) `no-video` where the browser encodes none. */
export const pathWebm = async (scene: PathScene): Promise<Blob> => {
  const { webmOf } = await import('../export/webm.ts');
  const frames = Math.round((DURATION_MS / 1000) * WEBM_FRAMES_PER_SECOND) + 1;
  const paint = scenePainter(scene, frames);
  return webmOf({ ...SCENE, frames, framesPerSecond: WEBM_FRAMES_PER_SECOND, paint, onProgress: scene.onProgress });
};

/** Pictures in a row, from the first anchor to the last. @throws Error where the browser makes no PNG. */
export const pathStrip = async ({ model: { decoder }, way }: PathScene, count: number): Promise<Blob> => {
  const { width, height, decodeCodes } = decoder;
  const size = imageSize(decoder);
  const pictures = decodeCodes(way.codes(count));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [STRIP_SCALE * width * count, STRIP_SCALE * height];
  const context = canvas.getContext('2d');
  if (context) context.imageSmoothingEnabled = false;
  for (let i = 0; i < count; i++) {
    const picture = pictureCanvas(pictures.subarray(i * size, (i + 1) * size), width, height);
    context?.drawImage(picture, (i * canvas.width) / count, 0, canvas.width / count, canvas.height);
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no PNG could be made'))), 'image/png');
  });
};
