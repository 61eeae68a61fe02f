/**
 * What all pictures share: a light ground, a title that says what is seen, letters large enough, and the way to SVG.
 *
 * In: Observable Plot marks and scales. Out: a specification that command line and page draw, and the text of an SVG file.
 * Which document draws is the caller's business: the page's own, or one without a browser.
 */
import * as Plot from '@observablehq/plot';

/** A picture before it is drawn: Plot's options, and the words above it. */
export interface Figure {
  /** Says the finding. */
  readonly title: string;
  /** What is drawn, in what units, of which images. */
  readonly subtitle: string;
  /** What `Plot.plot` takes. */
  readonly options: Plot.PlotOptions;
}

/** Family of all letters; whoever draws without a browser brings its files. */
export const FONT_FAMILY = 'Inter';
/** Colour of text and axes. */
export const INK = '#1b1d21';
/** Colour of text of less weight. */
export const MUTED = '#5b5f67';
/** Colour behind a figure. */
export const GROUND = '#ffffff';
/** Colour of grid lines. */
export const GRID = '#dbd8cf';

const TITLE_SIZE = 17;
const SUBTITLE_SIZE = 12.5;
/** Space for both above the plot. */
export const TITLE_HEIGHT = 58;

/** Letters of a title that fit in a width of so many pixels: a mean letter is half an em wide. */
const fitting = (width: number, size: number): number => Math.floor(width / (0.5 * size));

/** Lines of at most so many letters. */
const lines = (text: string, letters: number): string[] => {
  const out: string[] = [];
  for (const word of text.split(' ')) {
    const last = out.length - 1;
    if (last >= 0 && out[last].length + 1 + word.length <= letters) out[last] += ` ${word}`;
    else out.push(word);
  }
  return out;
};

/** Plot's options with title and subtitle drawn into the picture, so that they are in its SVG and PNG too. */
export const plotOptions = ({ title, subtitle, options }: Figure): Plot.PlotOptions => {
  const { marginLeft = 60, marginTop = 10, marginRight = 20, width = 640, height = 400 } = options;
  const inner = width - 20;
  const head = lines(title, fitting(inner, TITLE_SIZE));
  const sub = lines(subtitle, fitting(inner, SUBTITLE_SIZE));
  const extra = (head.length - 1) * TITLE_SIZE * 1.25 + (sub.length - 1) * SUBTITLE_SIZE * 1.35;
  const top = marginTop + TITLE_HEIGHT + extra;
  const at = { frameAnchor: 'top-left', textAnchor: 'start', lineAnchor: 'top', dx: 12 - marginLeft } as const;
  const words = (text: readonly string[], dy: number, style: Plot.TextOptions): Plot.Markish =>
    Plot.text([text.join('\n')], {
      ...at,
      ...style,
      dy,
      lineHeight: style.lineHeight ?? 1.25,
      fx: null,
      fy: null,
      // Beside panels it stands above all of them, once.
      facet: options.fx === undefined ? null : 'super',
      text: (d: string) => d,
    });
  return {
    ...options,
    width,
    height: height + TITLE_HEIGHT + extra,
    marginLeft,
    marginRight,
    marginTop: top,
    style: { fontFamily: FONT_FAMILY, fontSize: '12px', background: GROUND, color: INK, overflow: 'visible' },
    marks: [
      ...(options.marks ?? []),
      words(head, 12 - top, { fontSize: TITLE_SIZE, fontWeight: 600, fill: INK }),
      words(sub, 12 - top + head.length * TITLE_SIZE * 1.25 + 5, {
        fontSize: SUBTITLE_SIZE,
        fill: MUTED,
        lineHeight: 1.35,
      }),
    ],
  };
};

/** What no XML file may hold, wherever a name came from. Source: XML 1.0, production 2. */
const NO_XML = /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu;

/**
 * Draws a figure.
 *
 * @param document - the page's, or one without a browser.
 * @returns the text of an SVG file.
 */
export const renderSvg = (figure: Figure, document: Document): string => {
  const svg = Plot.plot({ ...plotOptions(figure), document });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('xmlns:xlink', 'http://www.w3.org/1999/xlink');
  svg.setAttribute('font-family', FONT_FAMILY);
  svg.setAttribute('color', INK);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', figure.title);
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', GROUND);
  svg.insertBefore(ground, svg.firstChild);
  // Plot names its style sheet by chance; the same picture is the same bytes.
  return svg.outerHTML
    .replaceAll(/plot-[0-9a-f]{6}(?:-\d+)?/g, 'plot')
    .replaceAll(/<style>[\s\S]*?<\/style>/g, '')
    .replaceAll(NO_XML, '\ufffd');
};
