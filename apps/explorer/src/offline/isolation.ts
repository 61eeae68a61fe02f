/**
 * Cross-origin isolation where the server sends no such headers, as plain static hosts do: it gives the page's WebAssembly
 * threads.
 *
 * In: an answer to the page. Out: the same answer with the two headers. A page that is isolated may start only workers
 * whose scripts say the same, so all that this build precached gets them too. The first visit is not served from here and
 * has one thread.
 */
const HEADERS: Readonly<Record<string, string>> = {
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** Answers that cannot be rebuilt (redirects, errors) stay as they are. */
export const isolated = (response: Response): Response => {
  if (response.type === 'opaqueredirect' || response.type === 'error' || response.status === 304) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) if (!headers.has(name)) headers.set(name, value);
  const { body, status, statusText } = response;
  return new Response(body, { status, statusText, headers });
};

/** For Workbox: what it answers from its caches. */
export const isolationPlugin = {
  handlerWillRespond: ({ response }: { readonly response: Response }): Promise<Response> =>
    Promise.resolve(isolated(response)),
};
