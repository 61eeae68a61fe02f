/**
 * Video, made in the page: the browser's own encoder (WebCodecs), mediabunny puts its packets into a WebM file.
 *
 * In: a function that paints each frame. Out: a WebM of exactly these frames, however long each takes to paint. This file
 * is loaded where something is exported.
 */
import { workError } from 'latent-plane/internal';
import { BufferTarget, CanvasSource, getFirstEncodableVideoCodec, Output, Quality, WebMOutputFormat } from 'mediabunny';

export interface WebmOptions {
  /** Even numbers. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly framesPerSecond: number;
  readonly paint: (context: CanvasRenderingContext2D, frame: number) => void;
  /** Told how much is done, 0..1. */
  readonly onProgress?: (share: number) => void;
}

/** @throws LatentError (work) `no-video` where the browser has no encoder for it. */
export const webmOf = async ({
  width,
  height,
  frames,
  framesPerSecond,
  paint,
  onProgress = () => {},
}: WebmOptions): Promise<Blob> => {
  const codec = await getFirstEncodableVideoCodec(['vp9', 'vp8', 'av1'], { width, height });
  if (codec === null)
    throw workError('no-video', {
      expected: 'a browser that encodes VP9, VP8 or AV1, this one does not',
      hint: 'save a GIF',
    });
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d');
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new CanvasSource(canvas, { codec, quality: new Quality('high') });
  output.addVideoTrack(source, { frameRate: framesPerSecond });
  await output.start();
  for (let frame = 0; context && frame < frames; frame++) {
    paint(context, frame);
    await source.add(frame / framesPerSecond, 1 / framesPerSecond);
    onProgress((frame + 1) / frames);
    // The page stays alive between frames.
    await new Promise((resolve) => setTimeout(resolve));
  }
  await output.finalize();
  return new Blob([target.buffer ?? new ArrayBuffer(0)], { type: 'video/webm' });
};
