/** How weights follow gradients. */
export { ADAM, type AdamSpec, adamScalars } from './adam.ts';
