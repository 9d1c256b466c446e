import type { FormEvent } from 'react';
import { useEffect, useRef, useState } from 'react';
import { announce } from '../platform/announce';
import type { ProductView, SlotOffer } from '../platform/shapes';
import { day, isoDate } from '../platform/dates';
import { ApiError, passesLater } from '../platform/http';
import { sentence, useWords } from '../platform/i18n';
import { Link, navigate, usePage } from '../platform/router';
import { Alert, Refused, Spinner } from '../platform/ui';
import { useLoad } from '../platform/useLoad';
import { Reach } from '../tenancy/Reach';
import { Shell } from '../tenancy/Shell';
import { useProductText, useTenant } from '../tenancy/Tenant';
import { findSlots, holdSlot } from './api';
import { holds } from './draft';
import { Choose, Days, NoneFree, Pager, Times, Trouble } from './Moments';
import { span } from './offer';

export function SlotsPage({ product }: { product: ProductView }) {
  const { t, language } = useWords();
  const tenant = useTenant();
  const text = useProductText()(product);
  const [from, setFrom] = useState(() => isoDate(new Date()));
  const { data, error, again, reload, set } = useLoad((signal) => findSlots(tenant.code, product.id, from, span, signal), `${product.id} ${from}`);
  const [date, setDate] = useState('');
  const [start, setStart] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [trying, setTrying] = useState(false);
  usePage(`${t.slots.title} - ${tenant.name}`, `${t.slots.title} ${from}`);
  useOver(data, error);

  const move = (to: string) => {
    // Other days are another page: it begins at its top, and says there when they do not come.
    set(null);
    setFrom(to);
    setDate('');
    setStart('');
    setProblem(null);
    scrollTo(0, 0);
  };
  const open = data?.days.find((d) => !date || d.date === date);
  const choose = (chosen: string) => {
    setDate(open!.date);
    setStart(chosen);
    setProblem(null);
  };

  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (!start) return setProblem(t.slots.choose);
    setBusy(true);
    setProblem(null);
    try {
      holds.save(tenant.code, await holdSlot(tenant.code, product.id, start, { onTrouble: () => setTrying(true) }));
      navigate(`/${tenant.code}/p/${product.id}/gegevens`);
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setProblem(sentence(cause, t));
      if (passesLater(cause)) return;
      // Refused: what is free now is something else.
      setStart('');
      reload();
    } finally {
      setBusy(false);
      setTrying(false);
    }
  };

  const trouble = <Trouble problem={problem} error={error} again={again} onRetry={reload} />;
  return (
    <Shell>
      <Link to={`/${tenant.code}/p/${product.id}`} className="back">
        {t.common.back}
      </Link>
      <p className="kicker">{text.name}</p>
      <h1 className="utrecht-heading-1">{t.slots.title}</h1>
      {!data && error && <Refused error={error} onRetry={reload} busy={again} />}
      {!data && !error && <div className="moments-coming"><Spinner /></div>}
      {data && (
        <form onSubmit={submit} noValidate>
          {data.days.length > 0 ? <Days days={data.days} open={open?.date} onOpen={setDate} /> : <NoneFree>{trouble}</NoneFree>}
          <Pager offer={data} from={from} onMove={move} />
          {open ? <Times key={open.date} offered={open} start={start} onChoose={choose} /> : data.days.length > 0 && <Alert live><p>{t.slots.gone(day(date, language))}</p></Alert>}
          {data.days.length > 0 && <Choose start={start} trying={trying} busy={busy}>{trouble}</Choose>}
        </form>
      )}
      <section className="aside">
        <h2 className="utrecht-heading-3">{t.slots.noneFits}</h2>
        <p><Reach text={t.slots.noneFitsText(tenant.phone, tenant.email)} /></p>
        {data && <p className="small muted">{t.slots.lastDay(day(data.lastDay, language))}</p>}
      </section>
    </Shell>
  );
}

/** Says that a trouble is over, once there is an answer, to who cannot see it go. */
function useOver(data: SlotOffer | null, error: ApiError | null): void {
  const { t } = useWords();
  const troubled = useRef(false);
  useEffect(() => {
    if (error) troubled.current = true;
  }, [error]);
  useEffect(() => {
    // Other days take an error away before there is an answer.
    if (!data || !troubled.current) return;
    troubled.current = false;
    announce(t.trouble.over);
  }, [data]);
}
