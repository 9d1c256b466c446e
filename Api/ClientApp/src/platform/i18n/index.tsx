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
const stored = 'balie.language';

function preferred(): Language {
  const wanted = new URLSearchParams(location.search).get('taal') ?? localStorage.getItem(stored);
  return languages.find((l) => l === wanted) ?? 'nl';
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(preferred);
  const [t, setText] = useState<Dictionary | null>(language === 'nl' ? nl : null);
  useEffect(() => {
    let current = true;
    document.documentElement.lang = language;
    if (language === 'nl') setText(nl);
    else void others[language]().then((found) => current && setText(found));
    return () => {
      current = false;
    };
  }, [language]);
  const words = useMemo(
    () => ({
      t: t ?? nl,
      language,
      setLanguage: (l: Language) => {
        localStorage.setItem(stored, l);
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
