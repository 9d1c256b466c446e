import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Container } from 'postcss';
import { parse } from 'postcss';
import type { Plugin } from 'vite';
import { classes, matches, reached } from './reached.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const read = (path: string) => readFileSync(path, 'utf8');
const styles = at('../src/platform/styles');

/** Every class of the packages that stands in a component; half a name would not be found, so components write them whole. */
function mentioned(): Set<string> {
  const sources = readdirSync(at('../src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));
  const entries = ['../index.html', '../balie.html'].map((name) => read(at(name)));
  return new Set([...sources.map((name) => read(join(at('../src'), name))), ...entries].flatMap(classes));
}

/** Leaves out rules for what no component shows. */
function used(css: string, known: Set<string>): string {
  const sheet = parse(css);
  sheet.walkRules((rule) => {
    const kept = rule.selectors.filter((s) => matches(s, known));
    if (kept.length === 0) removeUp(rule);
    else if (kept.length < rule.selectors.length) rule.selectors = kept;
  });
  return sheet.toString();
}

function removeUp(node: Container): void {
  const around = node.parent as Container | undefined;
  node.remove();
  if (around?.type === 'atrule' && around.nodes?.length === 0) removeUp(around);
}

/** Our sheets, and what is used of those of the packages that they stand on. */
function sheets(known: Set<string>): string[] {
  const own = readdirSync(styles).filter((name) => name.endsWith('.css')).map((name) => read(join(styles, name)));
  const packages = [...read(join(styles, 'base.ts')).matchAll(/'(@utrecht\/[\w-]+)'/g)].map((m) => read(at(`../node_modules/${m[1]}/dist/index.css`)));
  return [...own, ...packages.map((css) => used(css, known))];
}

/**
 * The class packages have rules for every variant, and the base theme a token for every component there is, one a line. What no component here shows and no sheet
 * reaches stays behind: a phone reads all of it before it draws anything.
 */
export const usedStyles = (): Plugin => {
  let known: Set<string>;
  return {
    name: 'used-styles',
    enforce: 'pre',
    buildStart() {
      known = mentioned();
    },
    transform(code, id) {
      if (/@utrecht\/[\w-]+-css\/.*\.css/.test(id)) return used(code, known);
      if (!id.includes('voorbeeld-design-tokens')) return null;
      const names = reached(code, sheets(known));
      return code.replace(/^\s*(--[\w-]+):[^\n]*\n/gm, (line, name: string) => (names.has(name) ? line : ''));
    },
  };
};
