import type { ReactNode } from 'react';
import { createContext, useContext, useEffect } from 'react';
import type { ProductText, ProductView, TenantView } from '../platform/shapes';
import { get } from '../platform/http';
import { useWords } from '../platform/i18n';
import { Refused, Spinner } from '../platform/ui';
import { useLoad } from '../platform/useLoad';

const Context = createContext<TenantView | null>(null);

/** The municipality of this page. Only inside <see cref="TenantProvider" />. */
export function useTenant(): TenantView {
  const tenant = useContext(Context);
  if (!tenant) throw new Error('useTenant outside TenantProvider');
  return tenant;
}

/** Loads the municipality's colours; the page is drawn when they are there, so that nothing changes colour before one's eyes. */
export function loadTheme(code: string): Promise<void> {
  return new Promise((resolve) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = `/${encodeURIComponent(code)}/theme.css`;
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}

/** The municipality for what is inside: as <paramref name="given" />, or as the door says it. */
export function TenantProvider({ code, given = null, children }: { code: string; given?: TenantView | null; children: ReactNode }) {
  const { data, error, again, reload } = useLoad((signal) => get<TenantView>(`/api/${encodeURIComponent(code)}`, { signal }), code, given);
  useEffect(() => {
    if (data) document.documentElement.dataset['headings'] = data.theme.headings;
  }, [data]);
  if (error) return <main className="page"><h1 className="utrecht-heading-1">{document.title}</h1><Refused error={error} onRetry={reload} busy={again} /></main>;
  if (!data) return <main className="page"><Spinner /></main>;
  return <Context value={data}>{children}</Context>;
}

export interface Worded extends ProductText { id: string }

/** A product in the reader's language; what is not translated stays Dutch. */
export function useProductText(): (product: ProductView) => Worded {
  const { language } = useWords();
  return (product) => {
    const other = product.translations?.[language];
    return {
      id: product.id,
      name: other?.name || product.name,
      summary: other?.summary || product.summary,
      toBring: other?.toBring?.length ? other.toBring : product.toBring,
      whatHappens: other?.whatHappens?.length ? other.whatHappens : product.whatHappens,
    };
  };
}
