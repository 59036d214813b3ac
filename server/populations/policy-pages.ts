import type { Tx } from '../database/connect.ts'
import { formState, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { risks } from './frequency.ts'
import { policyValues, sizeRows, sizeWords, type SizeRow } from './policy-form.ts'
import { countEngagements, listPolicies } from './policy-store.ts'
import { percent } from './rates.ts'

type Cell = { readonly id: string, readonly name: string, readonly label: string, readonly value: string, readonly error: string | null }

export type PolicyPage = PageModel & {
  readonly version: number
  readonly form: FormState
  readonly conflict: boolean
  readonly rows: readonly { readonly word: string, readonly hint: string, readonly cells: readonly Cell[], readonly errors: readonly string[] }[]
  readonly versions: readonly { readonly version: number, readonly enteredAt: Date | null, readonly enterer: string | null, readonly confidence: string, readonly tolerable: string, readonly engagements: number }[]
}

declare module '../web/view.ts' {
  interface Pages {
    'populations/policy': PolicyPage
  }
}

const hints: Partial<Record<SizeRow, string>> = { events: 'at most, and where there are many', shares: 'rounded up' }

/** The firm's sampling policy as it stands, for the next version, or with `typed` what came back; and every version before. */
export async function policyPage(trx: Tx, typed: FormState | null = null, conflict = false): Promise<PolicyPage> {
  const versions = await listPolicies(trx)
  const latest = versions[0]!
  const counts = await countEngagements(trx)
  const form = typed ?? formState(policyValues(latest))
  return {
    title: 'Sampling policy', frame: 'center', version: latest.version, form, conflict,
    rows: sizeRows.map((row) => {
      const cells = risks.map((risk) => cellOf(form, row, risk))
      return { word: sizeWords[row], hint: hints[row] ?? '', cells, errors: [...new Set(cells.flatMap(({ error }) => error ?? []))] }
    }),
    versions: versions.map(({ version, enteredAt, enterer, confidence, tolerable }) => ({
      version, enteredAt, enterer, confidence: percent(confidence), tolerable: percent(tolerable), engagements: counts.get(version) ?? 0,
    })),
  }
}

function cellOf(form: FormState, row: SizeRow, risk: string): Cell {
  const name = `${row}-${risk}`
  return { id: `field-${name}`, name, label: `${sizeWords[row]}, ${risk} risk`, value: String(form.values[name] ?? ''), error: form.errors[name] ?? null }
}
