/**
 * The service worker: the page and its data without a network.
 *
 * In: requests of the page. Out: answers from the network or from what was kept. The page is asked of the network first,
 * so that nobody who is online sees an old one; what it names by content comes from this build's precache. A new build
 * waits until every page of the old one is closed. Pages of this build come isolated (`isolation.ts`). Data are `data-keeper.ts`'s business, registering is
 * `register.ts`'s; the build fills in the two lists (`plugin.ts`).
 */
import {
  addPlugins,
  cleanupOutdatedCaches,
  getCacheKeyForURL,
  matchPrecache,
  precacheAndRoute,
} from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import { CacheFirst } from 'workbox-strategies';
import { createDataKeeper } from './data-keeper.ts';
import { isolated, isolationPlugin } from './isolation.ts';
import type { KeepAnswer, KeepRequest } from './protocol.ts';

declare const self: ServiceWorkerGlobalScope;
/** Loaded when the worker is installed. */
declare const PRECACHE: readonly { readonly url: string; readonly revision: string | null }[];
/** Too heavy for that: engines, kept once they were used. Relative addresses. */
declare const HEAVY: readonly string[];
declare const BUILD: string;

const PAGE = 'index.html';

const { scope } = self.registration;
// Pages below other paths of this host keep their own.
const HEAVY_CACHE = `latent-plane-heavy-${scope}`;
const heavy = new Set(HEAVY.map((path) => new URL(path, scope).href));
const keeper = createDataKeeper(scope, BUILD);

const tidy = async (): Promise<void> => {
  const clients = await self.clients.matchAll({ includeUncontrolled: true });
  await keeper.tidy(clients.map(({ id }) => id));
};

/** The page, from the network if it answers. One that is not of this build does without this worker. */
const openPage = async (event: FetchEvent): Promise<Response> => {
  const kept = await matchPrecache(PAGE);
  let response: Response;
  try {
    response = await fetch(event.request);
  } catch (error) {
    if (kept) return isolated(kept);
    throw error;
  }
  if (!response.ok) return response;
  if ((await response.clone().text()) === (await kept?.text())) return isolated(response);
  // Its workers come from the network, as its server sends them: they could not start in an isolated page.
  await keeper.passBy(event.resultingClientId);
  return response;
};

registerRoute(
  ({ url, request }) => request.mode === 'navigate' && [scope, scope + PAGE].includes(url.origin + url.pathname),
  ({ event }) => openPage(event as FetchEvent),
);
registerRoute(
  ({ url }) => keeper.pathOf(url) !== null,
  async ({ event, request, url }) => {
    const { clientId } = event as FetchEvent;
    const path = keeper.pathOf(url) ?? '';
    const client = await self.clients.get(clientId);
    const isOwnWorker = client?.type === 'worker' && getCacheKeyForURL(client.url) !== undefined;
    const answer = await keeper.answer(request, path, clientId, isOwnWorker);
    if (path === 'index.json') event.waitUntil(tidy());
    return answer;
  },
);
registerRoute(({ url }) => heavy.has(url.href), new CacheFirst({ cacheName: HEAVY_CACHE, plugins: [isolationPlugin] }));
addPlugins([isolationPlugin]);
precacheAndRoute([...PRECACHE]);
cleanupOutdatedCaches();

const keep = async ({ script, addresses }: KeepRequest, clientId: string): Promise<KeepAnswer> => {
  if (getCacheKeyForURL(script) === undefined) {
    await keeper.passBy(clientId);
    return { refusal: 'other-build' };
  }
  const urls = addresses.map((address) => new URL(address));
  const cache = await caches.open(HEAVY_CACHE);
  for (const { href } of urls) if (heavy.has(href) && !(await cache.match(href))) await cache.add(href);
  const paths = urls.map((url) => keeper.pathOf(url)).filter((path) => path !== null);
  return { refusal: (await keeper.keep(paths, clientId)) ? null : 'no-list' };
};

self.addEventListener('message', (event) => {
  const request: KeepRequest = event.data;
  if (request?.type !== 'keep' || !(event.source instanceof Client)) return;
  event.waitUntil(
    keep(request, event.source.id)
      .catch((): KeepAnswer => ({ refusal: 'failed' }))
      .then((answer) => event.ports[0]?.postMessage(answer)),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      await keeper.deleteOtherBuilds();
      await tidy();
      const cache = await caches.open(HEAVY_CACHE);
      for (const { url } of await cache.keys()) if (!heavy.has(url)) await cache.delete(url);
      // The first visit is served from now on too.
      await self.clients.claim();
    })(),
  );
});
