import { Forbidden } from '../errors.ts'
import type { FirmRank } from '../scope.ts'

export const INVITATION_DAYS = 7
export const RESET_HOURS = 1

export type AccountState = 'none' | 'invited' | 'active' | 'removed'

/** Whoever may add people gives no rank above their own: only a partner makes, or removes, a partner. */
export function mayHandleRank(by: FirmRank | null, rank: FirmRank | null): boolean {
  return by === 'partner' || (by === 'manager' && rank !== 'partner')
}

/** Throws Forbidden unless `by` may take the person's account away. Nobody removes themselves, so a partner always stays. */
export function refuseRemoval(by: { id: string, rank: FirmRank | null }, person: { id: string, rank: FirmRank | null }): void {
  if (by.id === person.id) throw new Forbidden('Nobody removes their own account. Ask another partner or manager.')
  if (!mayHandleRank(by.rank, person.rank)) throw new Forbidden('Only a partner removes a partner.')
}

/** Throws Forbidden unless `by` may take the person's second step away; one's own goes only with a code or a password. */
export function refuseTwoStepRemoval(by: { id: string, rank: FirmRank | null }, person: { id: string, rank: FirmRank | null }): void {
  if (by.id === person.id) throw new Forbidden('Nobody takes away their own second step here. Ask another partner or manager.')
  if (!mayHandleRank(by.rank, person.rank)) throw new Forbidden('Only a partner takes away the second step of a partner.')
}

/** A name or title as it is stored: one line, no character that hides or turns text round. */
export function oneLine(text: string): string {
  return text.normalize('NFC').replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').replace(/[\p{Cf}\p{Cs}]/gu, '').trim()
}

/** 'Firefox on Windows' from what a browser says of itself; it may say anything, so this is a hint for people only. */
export function browserName(userAgent: string): string {
  const browser = ([['Edg', 'Edge'], ['OPR', 'Opera'], ['Firefox', 'Firefox'], ['Chrom', 'Chrome'], ['Safari', 'Safari']] as const)
    .find(([mark]) => userAgent.includes(mark))?.[1] ?? 'A browser'
  const system = ([['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Android', 'Android'], ['Windows', 'Windows'], ['Mac OS', 'Mac'], ['Linux', 'Linux']] as const)
    .find(([mark]) => userAgent.includes(mark))?.[1]
  return system ? `${browser} on ${system}` : browser
}
