import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { TenantView } from '../platform/shapes';
import { Reach } from './Reach';
import { TenantProvider } from './Tenant';

const drawn = (text: string, phone: string, email: string) => {
  const tenant: TenantView = { code: 'zonnedaal', name: 'Stad Zonnedaal', phone, email, address: '', products: [], theme: { primary: '', accent: '', mark: '', radius: 0, headings: '' } };
  return renderToString(<TenantProvider code="zonnedaal" given={tenant}><Reach text={text} /></TenantProvider>).replace(/ class="[^"]*"/g, '').replaceAll('<!-- -->', '');
};

describe('a sentence with ways to reach the municipality', () => {
  it('has them as links, wherever they stand', () =>
    expect(drawn('Bel 015 00 00 10 of mail naar hallo@zonnedaal.example. 015 00 00 10!', '015 00 00 10', 'hallo@zonnedaal.example')).toBe(
      'Bel <a href="tel:015000010">015 00 00 10</a> of mail naar <a href="mailto:hallo@zonnedaal.example">hallo@zonnedaal.example</a>. <a href="tel:015000010">015 00 00 10</a>!',
    ));
  it('stays a sentence when it names neither', () => expect(drawn('Wij helpen je.', '015 00 00 10', 'hallo@zonnedaal.example')).toBe('Wij helpen je.'));
  it('has no link to nowhere when the municipality gave no number or address', () => expect(drawn('Bel ons of mail ons.', '', '')).toBe('Bel ons of mail ons.'));
});
