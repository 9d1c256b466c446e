import { describe, expect, it } from 'vitest';
import { deviceTrouble } from './devices';

describe('deviceTrouble', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'missing'],
    ['NotReadableError', 'busy'],
    ['OverconstrainedError', 'missing'],
  ])('tells %s apart as %s', (name, trouble) => expect(deviceTrouble(new DOMException('', name))).toBe(trouble));
});
