import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { reached } from '../../build/reached';
import { CitizenPage } from '../CitizenApp';
import { preferred, settleLanguage } from '../platform/i18n';
import { en } from '../platform/i18n/en';
import { nl } from '../platform/i18n/nl';
import { LanguageProvider } from '../platform/i18n';
import type { ProductView, TenantView } from '../platform/shapes';
import { TenantProvider } from '../tenancy/Tenant';
import type { Segment } from './holes';
import { cut, hole } from './holes';
import { templatesOf } from './templates';
import { writtenTenant } from './written';

type Filling = Record<string, string | Record<string, string>[]>;

const text = (value: string) => value.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' })[c]!);

/** As the door fills: text is encoded, an item sees what is around it. */
function fill(segments: Segment[], filling: Filling): string {
  return segments
    .map((s) => {
      if (typeof s === 'string') return s;
      if ('each' in s) return (filling[s.each] as Record<string, string>[]).map((item) => fill(s.of, { ...filling, ...item })).join('');
      expect(filling, s.hole).toHaveProperty([s.hole]);
      return text(filling[s.hole] as string);
    })
    .join('');
}

const product = (id: string, name: string, more: Partial<ProductView> = {}): ProductView => ({
  id, name, summary: `Over ${name}`, toBring: ['Je brief', 'Een <pen>'], whatHappens: ['We luisteren'], durationMinutes: 30, recordingOffered: false, identityMeans: [],
  steps: [], outcomes: [], reportSections: [], translations: {}, ...more,
});

const tenant = (...products: ProductView[]): TenantView => ({
  code: 'zonnedaal', name: `Stad "Zonnedaal" & Co`, phone: '015 00 00 10', email: 'hallo@zonnedaal.example', address: '', products,
  theme: { primary: '#1c4f7c', accent: '#1c4f7c', mark: 'Z', radius: 4, headings: 'sans' },
});

const values = (given: TenantView, one?: ProductView): Filling => ({
  code: given.code, name: given.name, mark: given.theme.mark, email: given.email, 'phone number': given.phone, phonenumber: given.phone.replaceAll(' ', ''),
  products: given.products.map((p) => ({ 'products/id': p.id, 'products/name': p.name, 'products/summary': p.summary, 'products/minutes': `${p.durationMinutes}` })),
  ...(one && {
    product: one.id, 'product name': one.name, summary: one.summary, minutes: `${one.durationMinutes}`, toBring: one.toBring.map((line) => ({ 'toBring/line': line })),
    whatHappens: one.whatHappens.map((line) => ({ 'whatHappens/line': line })),
  }),
});

const drawn = (path: string, given: TenantView, language: 'nl' | 'en') =>
  renderToString(
    <LanguageProvider first={{ language, t: language === 'nl' ? nl : en }}>
      <TenantProvider code={given.code} given={given}>
        <CitizenPage path={path} />
      </TenantProvider>
    </LanguageProvider>,
  );

describe('the pages that the door writes', () => {
  const hearing = product('hoorzitting', 'Hoorzitting & <verweer>', { identityMeans: ['itsme', 'eid'], recordingOffered: true });
  const two = tenant(hearing, product('dossier', `'t dossier`));

  for (const [language, t] of [['nl', nl], ['en', en]] as const) {
    const { pages } = templatesOf(language, t);
    const body = (name: string) => pages[name]!.body;

    it(`are what the client draws first (${language})`, () => {
      expect(fill(body('products'), values(two))).toBe(drawn('/zonnedaal', two, language));
      expect(fill(body('products-none'), values(tenant()))).toBe(drawn('/zonnedaal', tenant(), language));
      expect(fill(body('moment'), values(two, hearing))).toBe(drawn('/zonnedaal/p/hoorzitting/moment', two, language));
      expect(fill(body('accessibility'), values(two))).toBe(drawn('/zonnedaal/toegankelijkheid', two, language));
      expect(fill(body('unknown'), values(two))).toBe(drawn('/zonnedaal/p/weg', two, language));
    });

    it(`know what a product asks and offers (${language})`, () => {
      const means = ['itsme', 'eid'].map((m) => t.product.means[m]).join(` ${t.common.or} `);
      for (const identityMeans of [[], ['itsme', 'eid']])
        for (const recordingOffered of [true, false]) {
          const one = product('hoorzitting', 'Hoorzitting', { identityMeans, recordingOffered });
          const name = `product${identityMeans.length ? '-identity' : ''}${recordingOffered ? '-recording' : ''}`;
          expect(fill(body(name), { ...values(tenant(one), one), means })).toBe(drawn('/zonnedaal/p/hoorzitting', tenant(one), language));
        }
    });

    it(`are named after their heading and the municipality (${language})`, () =>
      expect(fill(pages['products']!.title, { name: 'Stad Zonnedaal' })).toBe(`${t.products.title} - Stad Zonnedaal`));

    it(`wait within the municipality's header where only the browser knows more (${language})`, () => {
      expect(pages['waiting']!.whole).toBe(false);
      expect(fill(body('waiting'), values(two))).toContain(t.common.loading);
      expect(fill(body('waiting'), values(two))).toContain('Stad &quot;Zonnedaal&quot; &amp; Co');
    });
  }
});

describe('holes', () => {
  it('repeat the item around them, and no other', () =>
    expect(cut(`<ul><li class="a"><b>${hole('lines/text')}</b></li><li>vast</li></ul>${hole('name')}`)).toEqual([
      '<ul>', { each: 'lines', of: ['<li class="a"><b>', { hole: 'lines/text' }, '</b></li>'] }, '<li>vast</li>', '</ul>', { hole: 'name' },
    ]));
});

describe('tokens of the base theme', () => {
  it('are kept when a sheet reaches them, by way of another one too', () => {
    const theme = '.t {\n  --a: var(--b);\n  --b: 1px;\n  --c: var(--d); /* x */\n  --d: 2px;\n}\n';
    expect([...reached(theme, ['p { margin: var(--a, 0) }'])].sort()).toEqual(['--a', '--b']);
  });
});

describe('what the door wrote beside the page', () => {
  afterEach(() => vi.unstubAllGlobals());
  const written = (content: string | null) => vi.stubGlobal('document', { getElementById: () => (content === null ? null : { textContent: content }) });

  it('is the municipality of this address', () => {
    written(JSON.stringify(tenant()));
    expect(writtenTenant('zonnedaal')?.name).toBe(`Stad "Zonnedaal" & Co`);
    expect(writtenTenant('rivierbeke')).toBeNull();
  });
  it('may be nothing', () => {
    written('null');
    expect(writtenTenant('zonnedaal')).toBeNull();
    written(null);
    expect(writtenTenant('zonnedaal')).toBeNull();
  });
});

describe("the reader's language", () => {
  afterEach(() => vi.unstubAllGlobals());
  const at = (address: string, cookie: string) => {
    const replaced: string[] = [];
    const url = new URL(address);
    const page = { cookie };
    vi.stubGlobal('location', { href: url.href, search: url.search, protocol: url.protocol });
    vi.stubGlobal('document', page);
    vi.stubGlobal('history', { state: null, replaceState: (_: unknown, __: string, to: URL) => replaced.push(to.href) });
    return { page, replaced };
  };

  it('is what the address says, else what was chosen before, else Dutch', () => {
    at('https://balie.example/zonnedaal?taal=en', 'balie-taal=nl');
    expect(preferred()).toBe('en');
    at('https://balie.example/zonnedaal?taal=xx', 'a=b; balie-taal=en');
    expect(preferred()).toBe('en');
    at('https://balie.example/zonnedaal', 'balie-taal=xx');
    expect(preferred()).toBe('nl');
  });
  it('is kept, and leaves the address', () => {
    const { page, replaced } = at('https://balie.example/zonnedaal?taal=en&x=1#deel', '');
    settleLanguage();
    expect(page.cookie).toBe('balie-taal=en; Path=/; Max-Age=31536000; SameSite=Lax; Secure');
    expect(replaced).toEqual(['https://balie.example/zonnedaal?x=1#deel']);
  });
});
