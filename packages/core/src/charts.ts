/** `latent-plane/charts`: pictures; apart from the root, since Observable Plot comes with them. */
export * from './charts/index.ts';
