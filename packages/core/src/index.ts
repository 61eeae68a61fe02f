/** `latent-plane`: everything that needs neither a file system nor a page. Engines: `latent-plane/node`, `latent-plane/web`; pictures: `latent-plane/charts`. */

export * from './activations/index.ts';
export * from './augmentations/index.ts';
export * from './charts/palette.ts';
export * from './codes/index.ts';
export * from './diagnosis/index.ts';
export * from './errors.ts';
export * from './evaluation/index.ts';
export * from './formats/index.ts';
export * from './images/index.ts';
export * from './layers/index.ts';
export * from './losses/index.ts';
export * from './network/index.ts';
export * from './optimizers/index.ts';
export * from './random/index.ts';
export { formFields, suggestion } from './registry/index.ts';
export * from './runs/index.ts';
export * from './runtime/index.ts';
export * from './schedules/index.ts';
export * from './sweep/index.ts';
export * from './tensor/index.ts';
export * from './training/index.ts';
