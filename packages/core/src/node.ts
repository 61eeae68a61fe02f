/** `latent-plane/node`: the native engine. */
export { nodeRuntime } from './runtime/node.ts';
