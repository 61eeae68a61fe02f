/** `latent-plane/web`: the engine of the browser. */
export { createWebRuntime, hasWebGpu, type WebBackend, type WebRuntimeOptions } from './runtime/web.ts';
