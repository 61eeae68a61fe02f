/**
 * Light or dark, as it is shown now.
 *
 * In: the theme a person chose and the system's. Out: a reactive value, for what is painted by script.
 */
import type { Theme } from './settings.ts';

const system = matchMedia('(prefers-color-scheme: dark)');
let systemIsDark = $state(system.matches);
system.addEventListener('change', ({ matches }) => {
  systemIsDark = matches;
});

export const schemeOf = (theme: Theme): 'light' | 'dark' => {
  if (theme !== 'system') return theme;
  return systemIsDark ? 'dark' : 'light';
};
