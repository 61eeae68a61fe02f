/**
 * `latent-plane/node`: the native engine.
 *
 * @packageDocumentation
 */

export { nodeRuntime } from './runtime/node.ts';
