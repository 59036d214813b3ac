import { isSame, type Sealer } from '../secrets.ts'
import { isId } from '../web/address.ts'

/** The address at which one person stops their own digest. It needs no sign-in and can be made with SECRET only. */
export function unsubscribePath(sealer: Sealer, personId: string): string {
  return `/digest/${personId}.${sealer.mark('stop digest', personId)}`
}

/** Whose digest such an address stops, or null for one that was not made here. */
export function readUnsubscribe(sealer: Sealer, key: string): string | null {
  const [personId = '', mark = ''] = key.split('.')
  if (!isId(personId)) return null
  return isSame(mark, sealer.mark('stop digest', personId)) ? personId : null
}
