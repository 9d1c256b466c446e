import type { MouseEvent, ReactNode } from 'react';
import { LiveRegion } from '../platform/announce';
import { languages, useWords } from '../platform/i18n';
import { Link } from '../platform/router';
import { useTenant } from './Tenant';

/** Header, main and footer of every citizen page. <paramref name="wide" /> pages (the call) use the whole window. */
export function Shell({ children, wide, aside }: { children: ReactNode; wide?: boolean; aside?: ReactNode }) {
  const { t, language, setLanguage } = useWords();
  const tenant = useTenant();
  const other = languages.find((l) => l !== language)!;
  const choose = (e: MouseEvent) => {
    e.preventDefault();
    setLanguage(other);
  };
  return (
    <div className={wide ? 'shell shell--wide' : 'shell'}>
      <a className="utrecht-skip-link utrecht-skip-link--visible-on-focus" href="#inhoud">
        {t.common.skip}
      </a>
      <header className="header">
        <div className="header__inner">
          <Link to={`/${tenant.code}`} className="header__brand">
            <span className="header__mark" aria-hidden="true">
              {tenant.theme.mark}
            </span>
            <span>{tenant.name}</span>
          </Link>
          {aside}
          <a className="header__language" lang={other} hrefLang={other} href={`?taal=${other}`} onClick={choose}>
            {t.common.otherLanguage}
          </a>
        </div>
      </header>
      <main id="inhoud" className={wide ? 'page page--wide' : 'page'} tabIndex={-1}>
        {children}
      </main>
      {!wide && (
        <footer className="footer">
          <div className="footer__inner">
            <p>
              <strong>{t.common.help}</strong> {t.common.phone} <a href={`tel:${tenant.phone.replace(/\s/g, '')}`}>{tenant.phone}</a> {t.common.or}{' '}
              <a href={`mailto:${tenant.email}`}>{tenant.email}</a>
            </p>
            <p>
              <Link to={`/${tenant.code}/toegankelijkheid`} className="footer__link">
                {t.common.accessibility}
              </Link>
            </p>
          </div>
        </footer>
      )}
      <LiveRegion />
    </div>
  );
}
