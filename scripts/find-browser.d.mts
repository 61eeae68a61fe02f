import type { Browser } from 'playwright-core';

export declare const findBrowser: (environment?: NodeJS.ProcessEnv) => string | null;
export declare const launchBrowser: (options?: { readonly args?: readonly string[] }) => Promise<Browser>;
