import { renderToString } from 'react-dom/server';
import { CitizenPage } from '../CitizenApp';
import type { ProductView, TenantView } from '../platform/shapes';
import type { Language } from '../platform/i18n';
import { dictionary, languages, LanguageProvider } from '../platform/i18n';
import type { Dictionary } from '../platform/i18n/nl';
import { Spinner } from '../platform/ui';
import { Shell } from '../tenancy/Shell';
import { TenantProvider } from '../tenancy/Tenant';
import type { Segment } from './holes';
import { cut, hole } from './holes';

/** One page as the door writes it: <code>title</code> is text, <code>body</code> goes into the root. Only a page that is <code>whole</code> is what React renders first. */
export interface PageTemplate { title: Segment[]; body: Segment[]; whole: boolean }

export interface Words { or: string; means: Record<string, string> }

export interface LanguageTemplates { pages: Record<string, PageTemplate>; words: Words }

// The link to call has the number without spaces, so this name comes as "phone number" and as "phonenumber".
const phone = hole('phone number');

const blank = { steps: [], outcomes: [], reportSections: [], translations: {} };

const card: ProductView = {
  ...blank, id: hole('products/id'), name: hole('products/name'), summary: hole('products/summary'), durationMinutes: hole('products/minutes') as unknown as number,
  toBring: [], whatHappens: [], recordingOffered: false, identityMeans: [],
};

const one = (identity: boolean, recordingOffered: boolean): ProductView => ({
  ...blank, id: hole('product'), name: hole('product name'), summary: hole('summary'), durationMinutes: hole('minutes') as unknown as number,
  toBring: [hole('toBring/line')], whatHappens: [hole('whatHappens/line')], recordingOffered, identityMeans: identity ? [hole('means')] : [],
});

const municipality = (products: ProductView[]): TenantView => ({
  code: hole('code'), name: hole('name'), phone, email: hole('email'), address: '', products,
  theme: { primary: '', accent: '', mark: hole('mark'), radius: 0, headings: '' },
});

const home = `/${hole('code')}`;
const at = `${home}/p/${hole('product')}`;

/** Every page that a citizen may open first, in one language. */
export function templatesOf(language: Language, t: Dictionary): LanguageTemplates {
  const words = { language, t };
  const page = (path: string, products: ProductView[] = []): PageTemplate => {
    const html = renderToString(
      <LanguageProvider first={words}>
        <TenantProvider code={hole('code')} given={municipality(products)}>
          <CitizenPage path={path} />
        </TenantProvider>
      </LanguageProvider>,
    );
    const heading = /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)![1]!;
    return { title: cut(`${heading} - ${hole('name')}`), body: cut(html), whole: true };
  };
  const waiting = (html: string, title: string): PageTemplate => ({ title: cut(title), body: cut(html), whole: false });
  const pages: Record<string, PageTemplate> = {
    products: page(home, [card]),
    'products-none': page(home),
    moment: page(`${at}/moment`, [one(false, false)]),
    accessibility: page(`${home}/toegankelijkheid`),
    unknown: page(`${home}/niets`),
    waiting: waiting(
      renderToString(
        <LanguageProvider first={words}>
          <TenantProvider code={hole('code')} given={municipality([])}>
            <Shell><Spinner /></Shell>
          </TenantProvider>
        </LanguageProvider>,
      ),
      hole('name'),
    ),
    nothing: waiting(renderToString(<LanguageProvider first={words}><main className="page"><Spinner /></main></LanguageProvider>), hole('name')),
  };
  for (const identity of [true, false])
    for (const recording of [true, false]) pages[`product${identity ? '-identity' : ''}${recording ? '-recording' : ''}`] = page(at, [one(identity, recording)]);
  return { pages, words: { or: t.common.or, means: t.product.means } };
}

export async function templates(): Promise<Record<string, LanguageTemplates>> {
  return Object.fromEntries(await Promise.all(languages.map(async (language) => [language, templatesOf(language, await dictionary(language))] as const)));
}
