/** Measures once how near a mesh lies to codes. In: a `ClosenessRequest`. Out: a `Closeness`. */
import Flatbush from 'flatbush';
import { type Closeness, type ClosenessRequest, closenessAt, FAR } from '../class-field/closeness.ts';

const measure = ({ codes, bounds: { min, max }, diagonal: given, size }: ClosenessRequest): Closeness => {
  const values = new Uint8Array(size * size);
  const count = codes.length / 2;
  if (count === 0) return { size, values };
  const diagonal = (given ?? Math.hypot(max[0] - min[0], max[1] - min[1])) || 1;
  const tree = new Flatbush(count, 16, Float32Array);
  for (let i = 0; i < count; i++) tree.add(codes[2 * i], codes[2 * i + 1]);
  tree.finish();
  for (let i = 0; i < values.length; i++) {
    const x = min[0] + ((i % size) / (size - 1)) * (max[0] - min[0]);
    const y = max[1] - (Math.floor(i / size) / (size - 1)) * (max[1] - min[1]);
    const nearest = tree.neighbors(x, y, 1, FAR * diagonal)[0];
    if (nearest === undefined) continue;
    values[i] = closenessAt(Math.hypot(codes[2 * nearest] - x, codes[2 * nearest + 1] - y) / diagonal);
  }
  return { size, values };
};

self.onmessage = ({ data }: MessageEvent<ClosenessRequest>) => {
  const closeness = measure(data);
  self.postMessage(closeness, { transfer: [closeness.values.buffer] });
};
