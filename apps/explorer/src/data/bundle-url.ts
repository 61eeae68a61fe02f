/** Where the page's data lie. */
export const indexUrl = (base: string): URL => new URL('data/index.json', base);
