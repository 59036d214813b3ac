import type { RequestDraft } from '../requests/store.ts'

/** What the firm asks for. `number` is the one the request gets, `owner` a title, `dueOn` an ISO day. */
export type Ask = {
  readonly number: number
  readonly kind: RequestDraft['kind']
  readonly title: string
  readonly ask: string
  readonly why: string
  readonly system: string
  readonly owner: string
  readonly controls: readonly string[]
  readonly checklist: readonly string[]
  readonly example: string
  readonly dueOn: string
}
