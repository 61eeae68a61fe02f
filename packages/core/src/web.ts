/**
 * `latent-plane/web`: the engine of the browser.
 *
 * @packageDocumentation
 */

export { createWebRuntime, hasWebGpu, type WebBackend, type WebRuntimeOptions } from './runtime/web.ts';
