/** `latent-plane`: everything that needs neither a file system nor a page. Engines: `latent-plane/node`, `latent-plane/web`; pictures: `latent-plane/charts`. */

export * from './charts/palette.ts';
export * from './dataset/index.ts';
export * from './diagnosis/index.ts';
export * from './errors.ts';
export * from './evaluation/index.ts';
export * from './formats/index.ts';
export * from './graph/index.ts';
export * from './model/index.ts';
export * from './plane/index.ts';
export * from './runs/index.ts';
export * from './runtime/index.ts';
export * from './sweep/index.ts';
export * from './training/index.ts';
