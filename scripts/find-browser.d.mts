export declare const findBrowser: () => string | null;
export declare const ensureBrowser: () => Promise<string>;
