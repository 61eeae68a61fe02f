/**
 * Decodes the field off the main thread.
 *
 * In: a network once, then grids (`FieldRequest`). Out: a `Field` for the newest grid; older ones that are not done yet
 * are dropped.
 */
import { toByte } from 'latent-plane';
import { createDecoder, type Decoder, decoderOn } from '../data/decoder.ts';
import { type Field, type FieldGrid, type FieldRequest, gridCodes } from '../plane/field.ts';

let decoder: Decoder | null = null;
let newest = 0;

self.onmessage = ({ data }: MessageEvent<FieldRequest>) => {
  if (data.type === 'model') decoder = createDecoder(data.spec, data.weights, data.label);
  else if (decoder) void answer(decoderOn(decoder, data.plane), data.grid);
};

/** Lets waiting messages in. */
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const answer = async ({ width, height, channels, decode }: Decoder, grid: FieldGrid): Promise<void> => {
  newest += 1;
  const own = newest;
  const { columns, rows } = grid;
  const image = new ImageData(columns * width, rows * height);
  image.data.fill(255);
  const codes = gridCodes(grid);
  for (let row = 0; row < rows; row++) {
    await breathe();
    if (own !== newest) return;
    const pixels = decode(codes.subarray(2 * row * columns, 2 * (row + 1) * columns));
    for (let i = 0; i < pixels.length / channels; i++) {
      const [cell, inside] = [Math.floor(i / (width * height)), i % (width * height)];
      const [y, x] = [row * height + Math.floor(inside / width), cell * width + (inside % width)];
      const at = 4 * (y * image.width + x);
      if (channels === 1) image.data[at + 3] = toByte(pixels[i]);
      else for (let c = 0; c < channels; c++) image.data[at + c] = toByte(pixels[channels * i + c]);
    }
  }
  const picture = await createImageBitmap(image);
  const field: Field = { ...grid, isColour: channels === 3, picture };
  if (own === newest) self.postMessage(field, { transfer: [picture] });
};
