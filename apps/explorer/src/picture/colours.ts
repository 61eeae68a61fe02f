/** Colours of pictures of the plane, those of `app.css`, and text that stands in SVG. */
export const COLOURS = {
  light: { ground: '#ffffff', plane: '#fcfbf8', text: '#1b1d21', muted: '#5b5f67', line: '#dbd8cf', accent: '#0a5aa8' },
  dark: { ground: '#171a20', plane: '#12151a', text: '#eceef2', muted: '#a2aab8', line: '#2a2f38', accent: '#8cc8ff' },
} as const;

export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
