/**
 * Pages with holes: what the door fills in for each municipality. A page is rendered once, when the client is built, with marks where its data goes; the door keeps
 * the pieces between the marks. Marks are characters for private use, which no markup and no escaping touches.
 */
export type Segment = string | { hole: string } | { each: string; of: Segment[] };

const [open, close] = ['\uE000', '\uE001'];

/** Marks the place of a value. "list/value" stands within an item of that list, which is the &lt;li&gt; around it. */
export const hole = (name: string): string => `${open}${name}${close}`;

const marks = new RegExp(`${open}([^${close}]*)${close}`);
const item = /(<li\b[^>]*>[\s\S]*?<\/li>)/;

/** Cuts rendered HTML into what is fixed, what is a hole, and what is repeated for each item of a list. */
export function cut(html: string): Segment[] {
  return html.split(item).flatMap((piece, i): Segment[] => {
    const list = i % 2 === 1 ? new RegExp(`${open}([^/${close}]+)/`).exec(piece)?.[1] : undefined;
    return list ? [{ each: list, of: holes(piece) }] : holes(piece);
  });
}

const holes = (html: string): Segment[] =>
  html.split(marks).map((piece, i): Segment => (i % 2 === 1 ? { hole: piece } : piece)).filter((piece) => piece !== '');
