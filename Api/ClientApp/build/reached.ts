const referred = (css: string) => [...css.matchAll(/var\(\s*(--[\w-]+)/g)].map((m) => m[1]!);

/** What the sheets refer to, and what that refers to in turn. */
export function reached(theme: string, from: string[]): Set<string> {
  const means = new Map([...theme.matchAll(/^\s*(--[\w-]+):([^\n]*)$/gm)].map((m) => [m[1]!, m[2]!]));
  const found = new Set<string>();
  const next = from.flatMap(referred);
  for (let name = next.pop(); name; name = next.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    next.push(...referred(means.get(name) ?? ''));
  }
  return found;
}

/** Whether a selector can match something: every class of a package that it asks for stands in the sources. */
export const matches = (selector: string, mentioned: Set<string>): boolean =>
  [...selector.replace(/:not\([^()]*\)/g, '').matchAll(/\.(utrecht-[\w-]+)/g)].every((m) => mentioned.has(m[1]!));

/** The packages' classes that a source text mentions. */
export const classes = (source: string): string[] => [...source.matchAll(/utrecht-[\w-]+/g)].map((m) => m[0]);
