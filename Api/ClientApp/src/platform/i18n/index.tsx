import type { ReactNode } from 'react';
import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import type { ApiError } from '../http';
import type { Dictionary } from './nl';
import { nl } from './nl';

export const languages = ['nl', 'en'] as const;
export type Language = (typeof languages)[number];

const others: Record<Exclude<Language, 'nl'>, () => Promise<Dictionary>> = { en: () => import('./en').then((m) => m.en) };

interface Words { t: Dictionary; language: Language; setLanguage: (language: Language) => void }
const Context = createContext<Words>({ t: nl, language: 'nl', setLanguage: () => undefined });
// A cookie, so that the door writes the page in this language too.
const stored = 'balie-taal';

const kept = (): string | undefined => document.cookie.split('; ').find((c) => c.startsWith(`${stored}=`))?.slice(stored.length + 1);

function keep(language: Language): void {
  document.cookie = `${stored}=${language}; Path=/; Max-Age=31536000; SameSite=Lax${location.protocol === 'https:' ? '; Secure' : ''}`;
}

const known = (wanted: string | null | undefined): Language | undefined => languages.find((l) => l === wanted);

/** The reader's language: as the address says, as chosen before, else Dutch. */
export function preferred(): Language {
  return known(new URLSearchParams(location.search).get('taal')) ?? known(kept()) ?? 'nl';
}

/** Whoever came with a language in the address keeps it; the address need not say it any longer. */
export function settleLanguage(): void {
  const address = new URL(location.href);
  if (!address.searchParams.has('taal')) return;
  keep(preferred());
  address.searchParams.delete('taal');
  history.replaceState(history.state, '', address);
}

export const dictionary = (language: Language): Promise<Dictionary> => (language === 'nl' ? Promise.resolve(nl) : others[language]());

/** The language of the first page and its words, known before anything is drawn. */
export interface FirstWords { language: Language; t: Dictionary }

export function LanguageProvider({ first, children }: { first?: FirstWords; children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(first?.language ?? preferred);
  const [t, setText] = useState<Dictionary | null>(first?.t ?? (language === 'nl' ? nl : null));
  useEffect(() => {
    let current = true;
    document.documentElement.lang = language;
    void dictionary(language).then((found) => current && setText(found));
    return () => {
      current = false;
    };
  }, [language]);
  const words = useMemo(
    () => ({
      t: t ?? nl,
      language,
      setLanguage: (l: Language) => {
        keep(l);
        setLanguage(l);
      },
    }),
    [t, language],
  );
  return t ? <Context value={words}>{children}</Context> : null;
}

export const useWords = (): Words => useContext(Context);
export const useText = (): Dictionary => useContext(Context).t;

/** The sentence for a refusal: by its code in the reader's language, else what the door said. */
export function sentence(error: ApiError, t: Dictionary): string {
  return t.errors[error.code] ?? (error.errors[0]?.message || (t.errors[error.status >= 500 ? 'http.500' : 'network'] as string));
}
