import { mayStill } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import { choicesOf, type Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { hrefOf } from './pages.ts'
import { frequencyWords, natureWords, typeWords } from './rules.ts'
import { listControls } from './store.ts'

type Line = { readonly number: string, readonly href: string, readonly wording: string, readonly version: number, readonly source: string, readonly owner: string, readonly criteria: string, readonly picked: boolean }

type WordingsPage = PageModel & { readonly base: string, readonly action: string, readonly rows: readonly Line[], readonly mayConfirm: boolean, readonly conflict: string | null }
type FrequenciesPage = PageModel & { readonly base: string, readonly action: string, readonly rows: readonly Line[], readonly form: FormState, readonly frequencies: readonly Choice[], readonly types: readonly Choice[], readonly natures: readonly Choice[] }

declare module '../web/view.ts' {
  interface Pages {
    'controls/wordings': WordingsPage
    'controls/frequencies': FrequenciesPage
  }
}

/** Every wording that waits for the lead, in full, so that many are read and confirmed on one page. */
export async function wordingsPage(trx: Tx, scope: EngagementScope, conflict: string | null = null): Promise<WordingsPage> {
  const base = `/engagements/${scope.engagement.id}`
  return { title: 'Wordings to confirm', tab: 'controls', base, action: `${base}/controls/wordings`, rows: await linesOf(trx, scope, 'unconfirmed', []), mayConfirm: mayStill(scope, 'control.confirm'), conflict }
}

/** The controls of which nobody has said how often they run. */
export async function frequenciesPage(trx: Tx, scope: EngagementScope, form: FormState = formState()): Promise<FrequenciesPage> {
  const base = `/engagements/${scope.engagement.id}`
  return {
    title: 'Frequencies', tab: 'controls', base, action: `${base}/controls/frequencies`, rows: await linesOf(trx, scope, 'without', [form.values['controls'] ?? []].flat()), form,
    frequencies: choicesOf(frequencyWords), types: choicesOf(typeWords), natures: choicesOf(natureWords),
  }
}

async function linesOf(trx: Tx, scope: EngagementScope, which: 'unconfirmed' | 'without', picked: readonly string[]): Promise<Line[]> {
  const controls = await listControls(trx, scope)
  return controls.filter(({ confirmed, frequencies }) => which === 'unconfirmed' ? !confirmed : frequencies.length === 0)
    .map(({ number, wording, wordingVersion, source, ownerTitle, criteria }) => ({ number, href: hrefOf(scope, number), wording, version: wordingVersion, source, owner: ownerTitle, criteria: criteria.join(', '), picked: picked.includes(number) }))
}
