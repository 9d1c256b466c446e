import type { ReactNode } from 'react';
import { Fragment } from 'react';
import { useTenant } from './Tenant';

/** A sentence of the dictionary in which the municipality's phone number and mail address can be pressed. */
export function Reach({ text }: { text: string }): ReactNode {
  const { phone, email } = useTenant();
  return linked(text, [[phone, `tel:${phone.replace(/\s/g, '')}`], [email, `mailto:${email}`]]);
}

function linked(text: string, [link, ...others]: [words: string, address: string][]): ReactNode {
  if (!link) return text;
  const [words, address] = link;
  if (!words) return linked(text, others);
  return text.split(words).map((part, i) => (
    <Fragment key={i}>
      {i > 0 && <a className="utrecht-link utrecht-link--html-a" href={address}>{words}</a>}
      {linked(part, others)}
    </Fragment>
  ));
}
