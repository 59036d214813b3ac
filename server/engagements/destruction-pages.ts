import type { Tx } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { writeSpan } from './calendar.ts'
import { listDestroyed, type Destroyed } from './destruction-store.ts'

declare module '../web/view.ts' {
  interface Pages {
    'engagements/destroyed': { destroyed: Destroyed, span: string }
  }
}

/** All that is left to say of a destroyed file; throws NotFound where there is none that the caller may list. */
export async function destroyedPage(trx: Tx, id: string) {
  const destroyed = (await listDestroyed(trx)).find((one) => one.id === id)
  if (!destroyed) throw new NotFound()
  return { title: 'Destroyed file', frame: 'page' as const, destroyed, span: `${destroyed.purpose === 'readiness' ? 'Readiness' : `Type ${destroyed.type}`} · ${writeSpan(destroyed)}` }
}
