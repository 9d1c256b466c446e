import type { FormEvent } from 'react';
import { useState } from 'react';
import type { ProductView, Slot, SlotOffer } from '../platform/shapes';
import { addDays, day, isoDate, moment, time } from '../platform/dates';
import { ApiError } from '../platform/http';
import { sentence, useWords } from '../platform/i18n';
import { Link, navigate, usePage } from '../platform/router';
import { Alert, Button, Refused, Spinner } from '../platform/ui';
import { useLoad } from '../platform/useLoad';
import { Reach } from '../tenancy/Reach';
import { Shell } from '../tenancy/Shell';
import { useProductText, useTenant } from '../tenancy/Tenant';
import { findSlots, holdSlot } from './api';
import { holds } from './draft';

const span = 4;

export function SlotsPage({ product }: { product: ProductView }) {
  const { t, language } = useWords();
  const tenant = useTenant();
  const text = useProductText()(product);
  const [from, setFrom] = useState(() => isoDate(new Date()));
  const { data, error, reload, set } = useLoad((signal) => findSlots(tenant.code, product.id, from, span, signal), `${product.id} ${from}`);
  const [start, setStart] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [again, setAgain] = useState(false);
  usePage(`${t.slots.title} - ${tenant.name}`, `${t.slots.title} ${from}`);

  const move = (to: string) => {
    // Other days are another page: it begins at its top, and says there when they do not come.
    set(null);
    setFrom(to);
    setStart('');
    scrollTo(0, 0);
  };

  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (!start) return setProblem(t.slots.choose);
    setBusy(true);
    setProblem(null);
    try {
      holds.save(tenant.code, await holdSlot(tenant.code, product.id, start, { onTrouble: () => setAgain(true) }));
      navigate(`/${tenant.code}/p/${product.id}/gegevens`);
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setProblem(sentence(cause, t));
      setStart('');
      reload();
    } finally {
      setBusy(false);
      setAgain(false);
    }
  };

  return (
    <Shell>
      <Link to={`/${tenant.code}/p/${product.id}`} className="back">
        {t.common.back}
      </Link>
      <p className="kicker">{text.name}</p>
      <h1 className="utrecht-heading-1">{t.slots.title}</h1>
      {error && <Refused error={error} onRetry={reload} />}
      {!data && !error && <div className="days days--coming"><Spinner /></div>}
      {data && (
        <form onSubmit={submit} noValidate>
          <Days offer={data} start={start} onChoose={(chosen) => { setStart(chosen); setProblem(null); }} />
          <Later offer={data} from={from} onMove={move} />
          {/* Beside the button, where one looks after pressing it. */}
          {problem && <Alert kind="error" live><p>{problem}</p></Alert>}
          {again && <Alert kind="warning" live><p>{t.trouble.again}</p></Alert>}
          {data.days.some((d) => d.slots.length > 0) && (
            <div className="actions">
              {start && <p>{t.details.held(moment(start, language))}</p>}
              <p className="muted">{t.slots.keep}</p>
              <Button type="submit" busy={busy}>
                {t.slots.submit}
              </Button>
            </div>
          )}
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

function Days({ offer, start, onChoose }: { offer: SlotOffer; start: string; onChoose: (start: string) => void }) {
  const { t, language } = useWords();
  const days = offer.days.filter((d) => d.slots.length > 0);
  if (!days.length) return <Alert><p>{t.slots.none}</p></Alert>;
  const evening = (slot: Slot) => slot.localTime >= '17:30';
  return (
    <div className="days">
      {days.map((d) => (
        <fieldset key={d.date} className="days__day">
          <legend>
            <h2 className="utrecht-heading-3">{day(d.date, language)}</h2>
          </legend>
          <div className="times">
            {d.slots.map((slot) => (
              <label key={slot.start} className="times__time">
                <input
                  type="radio"
                  name="start"
                  value={slot.start}
                  checked={start === slot.start}
                  onChange={() => onChoose(slot.start)}
                  className="visually-hidden"
                />
                <span>
                  {time(slot.start, language)}
                  {evening(slot) && <span className="times__evening">{t.slots.evening}</span>}
                </span>
              </label>
            ))}
          </div>
        </fieldset>
      ))}
    </div>
  );
}

function Later({ offer, from, onMove }: { offer: SlotOffer; from: string; onMove: (to: string) => void }) {
  const { t, language } = useWords();
  const later = addDays(from, span);
  const today = isoDate(new Date());
  const empty = offer.days.every((d) => d.slots.length === 0);
  return (
    <div className="pager">
      {from > today && (
        <Button kind="secondary" onClick={() => onMove(addDays(from, -span) < today ? today : addDays(from, -span))}>
          {t.slots.earlier}
        </Button>
      )}
      {empty && offer.nextDay ? (
        <Button kind="secondary" onClick={() => onMove(offer.nextDay!)}>
          {t.slots.firstFree(day(offer.nextDay, language))}
        </Button>
      ) : (
        later <= offer.lastDay && (
          <Button kind="secondary" onClick={() => onMove(later)}>
            {t.slots.later}
          </Button>
        )
      )}
    </div>
  );
}
